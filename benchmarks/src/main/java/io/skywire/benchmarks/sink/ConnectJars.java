package io.skywire.benchmarks.sink;

import io.skywire.benchmarks.Packages;
import io.skywire.benchmarks.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a Connect worker's jars are, and those of a connector.
 *
 * @param worker a folder with Connect's own
 * @param plugins a folder that has a folder for each plugin
 */
record ConnectJars(Path worker, Path plugins) {
  private static final Packages WORKER = Packages.maven("connect/worker");
  private static final Packages DEBEZIUM = Packages.maven("connect/plugins/debezium");

  /** All that are on Maven Central. */
  static final List<Packages> PACKAGES = List.of(WORKER, DEBEZIUM);

  /** Names a folder with {@code aiven/} and {@code confluent/}, for who has their jars. */
  private static final String GIVEN = "SKYWIRE_BENCH_CONNECT_PLUGINS";

  /**
   * @throws IOException when they are not to be had; the message says so
   */
  static ConnectJars find(Workbench workbench, Connector connector) throws IOException {
    if (connector.plugin().equals(Connector.DEBEZIUM)) {
      Path debezium = workbench.peers().folder(DEBEZIUM);
      return new ConnectJars(workbench.peers().folder(WORKER), debezium.resolveSibling(""));
    }
    String given = System.getenv(GIVEN);
    if (given == null || !Files.isDirectory(Path.of(given, connector.plugin()))) {
      throw new IOException(
          "not on Maven Central; takes part where %s names a folder with its jars in %s/"
              .formatted(GIVEN, connector.plugin()));
    }
    return new ConnectJars(workbench.peers().folder(WORKER), Path.of(given));
  }
}
