package io.skywire.common.metrics;

import org.jspecify.annotations.Nullable;

/**
 * The metrics of a process that has the JVM to itself, shown on a port of its own where one is set.
 * To be closed after the process.
 */
public final class OwnMetrics implements AutoCloseable {
  private final String process;
  private final MetricsSettings settings;
  private final Metrics metrics = Metrics.open();
  private @Nullable MetricsServer server;

  /**
   * @param process its name
   */
  public OwnMetrics(String process, MetricsSettings settings) {
    this.process = process;
    this.settings = settings;
  }

  public Metrics metrics() {
    return metrics;
  }

  /**
   * @throws io.skywire.common.settings.InvalidSettingException when the port is taken
   */
  public void show(Probes probes) {
    if (settings.port() != 0) {
      server = MetricsServer.open(process, settings, metrics, probes);
    }
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
    metrics.close();
  }
}
