package io.skywire.common.metrics;

import io.skywire.common.settings.Variables;
import java.net.InetAddress;

/**
 * Where a process without an API of its own shows its metrics.
 *
 * @param port 0 for none: several processes of one machine would want the same
 * @param bind the address to listen on
 */
public record MetricsSettings(int port, InetAddress bind) {
  static final String PORT = "SKYWIRE_METRICS_PORT";

  public static MetricsSettings from(Variables variables) {
    return new MetricsSettings(
        variables.count(PORT, 0, 0, 65_535), variables.address("SKYWIRE_BIND", "0.0.0.0"));
  }
}
