package io.skywire.ingester;

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
import io.skywire.ingester.status.StatusBoard;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;

/** The ingester as a process: relay to Kafka. */
public final class IngesterProcess implements RunningProcess {
  private final ConfigurableApplicationContext context;
  private final LoopThread ingester;
  private final @Nullable OwnMetrics ownMetrics;
  private final Tracing tracing;

  private IngesterProcess(
      IngesterSettings settings,
      InstantSource clock,
      Metrics metrics,
      @Nullable OwnMetrics ownMetrics,
      Tracing tracing) {
    this.context =
        SpringProcess.open(
            "ingester",
            IngesterConfiguration.class,
            IngesterSettings.class,
            settings,
            clock,
            metrics.registry(),
            tracing.tracer());
    this.ingester = context.getBean("ingester", LoopThread.class);
    this.ownMetrics = ownMetrics;
    this.tracing = tracing;
  }

  public static void main(String[] arguments) {
    System.exit(
        Foreground.run(() -> {
          Variables variables = Variables.ofEnvironment();
          LogFormat.from(variables).useInSpringBoot("ingester");
          return start(variables);
        }));
  }

  /**
   * Starts the ingester in this JVM. The relay and Kafka may still be away.
   *
   * @throws InvalidSettingException when a variable does not fit, or the metrics' port is taken
   */
  public static IngesterProcess start(Variables variables) {
    return start(variables, InstantSource.system());
  }

  /** With a clock of its own, which says when events are indexed. */
  public static IngesterProcess start(Variables variables, InstantSource clock) {
    return start(variables, clock, Patience.defaults());
  }

  /** With waits of its own, too. */
  public static IngesterProcess start(Variables variables, InstantSource clock, Patience patience) {
    IngesterSettings settings = IngesterSettings.from(variables).with(patience);
    MetricsSettings shown = MetricsSettings.from(variables);
    Tracing tracing = Tracing.open("ingester", variables);
    OwnMetrics own = new OwnMetrics("ingester", shown);
    IngesterProcess process = open(settings, clock, own.metrics(), own, tracing);
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
  public static IngesterProcess start(Variables variables, Metrics shared) {
    IngesterProcess process =
        open(
            IngesterSettings.from(variables),
            InstantSource.system(),
            shared,
            null,
            Tracing.open("ingester", variables));
    process.startLoops();
    return process;
  }

  /** Closes what it is given when the process cannot be opened. */
  private static IngesterProcess open(
      IngesterSettings settings,
      InstantSource clock,
      Metrics metrics,
      @Nullable OwnMetrics ownMetrics,
      Tracing tracing) {
    try {
      return new IngesterProcess(settings, clock, metrics, ownMetrics, tracing);
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
    return ingester.done();
  }

  @Override
  public void close() {
    context.close();
    tracing.close();
    if (ownMetrics != null) {
      ownMetrics.close();
    }
  }

  private void startLoops() {
    context.getBean("ingester", LoopThread.class).start();
    context.getBean("status", LoopThread.class).start();
  }

  private Probes probes() {
    Ingester loop = context.getBean(Ingester.class);
    StatusBoard board = context.getBean(StatusBoard.class);
    LoopThread status = context.getBean("status", LoopThread.class);
    return new Probes(
        () -> loop.makesProgress() && ingester.isRunning() && status.isRunning(), board::isReady);
  }
}
