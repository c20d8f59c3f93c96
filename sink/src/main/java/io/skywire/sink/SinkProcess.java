package io.skywire.sink;

import io.micrometer.core.instrument.MeterRegistry;
import io.skywire.common.lifecycle.Foreground;
import io.skywire.common.lifecycle.LoopThread;
import io.skywire.common.lifecycle.RunningProcess;
import io.skywire.common.lifecycle.SpringProcess;
import io.skywire.common.logging.LogFormat;
import io.skywire.common.metrics.Metrics;
import io.skywire.common.metrics.MetricsSettings;
import io.skywire.common.metrics.OwnMetrics;
import io.skywire.common.metrics.Probes;
import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import io.skywire.common.tracing.Tracing;
import io.skywire.sink.stats.StatsLoops;
import io.skywire.sink.status.StatusLoop;
import java.time.InstantSource;
import java.util.Collection;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;

/** The sink as a process: Kafka to PostgreSQL. */
public final class SinkProcess implements RunningProcess {
  private final ConfigurableApplicationContext context;
  private final LoopThread sink;
  private final Collection<LoopThread> loops;
  private final StatsLoops stats;
  private final @Nullable OwnMetrics ownMetrics;
  private final Tracing tracing;

  private SinkProcess(
      SinkSettings settings,
      InstantSource clock,
      Metrics metrics,
      @Nullable OwnMetrics ownMetrics,
      Tracing tracing) {
    this.context =
        SpringProcess.open(
            "sink",
            SinkConfiguration.class,
            SinkSettings.class,
            settings,
            clock,
            metrics.registry(),
            tracing.tracer());
    this.sink = context.getBean("sink", LoopThread.class);
    this.loops = context.getBeansOfType(LoopThread.class).values();
    this.stats = context.getBean(StatsLoops.class);
    this.ownMetrics = ownMetrics;
    this.tracing = tracing;
  }

  public static void main(String[] arguments) {
    System.exit(
        Foreground.run(() -> {
          Variables variables = Variables.ofEnvironment();
          LogFormat.from(variables).useInSpringBoot("sink");
          return start(variables);
        }));
  }

  /**
   * Starts the sink in this JVM. Kafka and PostgreSQL may still be away.
   *
   * @throws InvalidSettingException when a variable does not fit, or the metrics' port is taken
   */
  public static SinkProcess start(Variables variables) {
    return start(variables, InstantSource.system());
  }

  /** With a clock of its own, which says what day it is. */
  public static SinkProcess start(Variables variables, InstantSource clock) {
    SinkSettings settings = SinkSettings.from(variables);
    MetricsSettings shown = MetricsSettings.from(variables);
    Tracing tracing = Tracing.open("sink", variables);
    OwnMetrics own = new OwnMetrics("sink", shown);
    SinkProcess process = open(settings, clock, own.metrics(), own, tracing);
    try {
      own.show(process.probes());
    } catch (InvalidSettingException taken) {
      process.close();
      throw taken;
    }
    process.startLoops();
    return process;
  }

  /** Beside others in one JVM: whoever has opened its metrics shows them. */
  public static SinkProcess start(Variables variables, Metrics shared) {
    SinkProcess process =
        open(
            SinkSettings.from(variables),
            InstantSource.system(),
            shared,
            null,
            Tracing.open("sink", variables));
    process.startLoops();
    return process;
  }

  /** Closes what it is given when the process cannot be opened. */
  private static SinkProcess open(
      SinkSettings settings,
      InstantSource clock,
      Metrics metrics,
      @Nullable OwnMetrics ownMetrics,
      Tracing tracing) {
    try {
      return new SinkProcess(settings, clock, metrics, ownMetrics, tracing);
    } catch (RuntimeException failed) {
      // Spring throws what a part throws, wrapped or not.
      tracing.close();
      if (ownMetrics != null) {
        ownMetrics.close();
      }
      throw failed;
    }
  }

  /** What it counts. */
  public MeterRegistry metrics() {
    return context.getBean(MeterRegistry.class);
  }

  @Override
  public CompletionStage<Void> done() {
    return sink.done();
  }

  @Override
  public void close() {
    // Where a server is away each takes its time: all are asked before any is waited for.
    loops.forEach(LoopThread::stop);
    stats.stop();
    context.close();
    tracing.close();
    if (ownMetrics != null) {
      ownMetrics.close();
    }
  }

  private void startLoops() {
    context.getBean("sink", LoopThread.class).start();
    context.getBean("status", LoopThread.class).start();
    context.getBean("retention", LoopThread.class).start();
    context.getBean("survey", LoopThread.class).start();
    stats.start();
  }

  private Probes probes() {
    Sink storing = context.getBean(Sink.class);
    StatusLoop status = context.getBean(StatusLoop.class);
    return new Probes(
        () ->
            storing.makesProgress()
                && loops.stream().allMatch(LoopThread::isRunning)
                && stats.makesProgress(),
        () -> storing.isReading() && status.reachesBoth());
  }
}
