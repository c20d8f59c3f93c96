package io.skywire.ingester;

import io.micrometer.core.instrument.MeterRegistry;
import io.skywire.common.lifecycle.Foreground;
import io.skywire.common.lifecycle.LoopThread;
import io.skywire.common.lifecycle.RunningProcess;
import io.skywire.common.lifecycle.SpringProcess;
import io.skywire.common.settings.Variables;
import java.util.concurrent.CompletionStage;
import org.springframework.context.ConfigurableApplicationContext;

/** The ingester as a process: relay to Kafka. */
public final class IngesterProcess implements RunningProcess {
  private final ConfigurableApplicationContext context;
  private final LoopThread ingester;

  private IngesterProcess(ConfigurableApplicationContext context) {
    this.context = context;
    this.ingester = context.getBean("ingester", LoopThread.class);
  }

  public static void main(String[] arguments) {
    System.exit(Foreground.run(() -> start(Variables.ofEnvironment())));
  }

  /**
   * Starts the ingester in this JVM. The relay and Kafka may still be away.
   *
   * @throws io.skywire.common.settings.InvalidSettingException when a variable does not fit
   */
  public static IngesterProcess start(Variables variables) {
    IngesterSettings settings = IngesterSettings.from(variables);
    IngesterProcess process =
        new IngesterProcess(
            SpringProcess.open(
                "ingester", IngesterConfiguration.class, IngesterSettings.class, settings));
    process.ingester.start();
    process.context.getBean("status", LoopThread.class).start();
    return process;
  }

  /** What it counts. */
  public MeterRegistry metrics() {
    return context.getBean(MeterRegistry.class);
  }

  @Override
  public CompletionStage<Void> done() {
    return ingester.done();
  }

  @Override
  public void close() {
    context.close();
  }
}
