package io.skywire.sink;

import io.skywire.common.lifecycle.Foreground;
import io.skywire.common.lifecycle.LoopThread;
import io.skywire.common.lifecycle.RunningProcess;
import io.skywire.common.lifecycle.SpringProcess;
import io.skywire.common.settings.Variables;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;
import org.springframework.context.ConfigurableApplicationContext;

/** The sink as a process: Kafka to PostgreSQL. */
public final class SinkProcess implements RunningProcess {
  private final ConfigurableApplicationContext context;
  private final LoopThread sink;

  private SinkProcess(ConfigurableApplicationContext context) {
    this.context = context;
    this.sink = context.getBean("sink", LoopThread.class);
  }

  public static void main(String[] arguments) {
    System.exit(Foreground.run(() -> start(Variables.ofEnvironment())));
  }

  /**
   * Starts the sink in this JVM. Kafka and PostgreSQL may still be away.
   *
   * @throws io.skywire.common.settings.InvalidSettingException when a variable does not fit
   */
  public static SinkProcess start(Variables variables) {
    return start(variables, InstantSource.system());
  }

  /** With a clock of its own, which says what day it is. */
  public static SinkProcess start(Variables variables, InstantSource clock) {
    SinkSettings settings = SinkSettings.from(variables);
    SinkProcess process =
        new SinkProcess(
            SpringProcess.open(
                "sink", SinkConfiguration.class, SinkSettings.class, settings, clock));
    process.sink.start();
    process.context.getBean("status", LoopThread.class).start();
    process.context.getBean("retention", LoopThread.class).start();
    return process;
  }

  @Override
  public CompletionStage<Void> done() {
    return sink.done();
  }

  @Override
  public void close() {
    context.close();
  }
}
