package io.skywire.benchmarks.sink;

import io.skywire.benchmarks.JavaPeers;
import io.skywire.benchmarks.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a Connect worker's jars are, and those of a connector.
 *
 * @param worker a folder with Connect's own
 * @param plugins a folder that has a folder for each plugin
 */
record ConnectJars(Path worker, Path plugins) {
  /** Names a folder with {@code aiven/} and {@code confluent/}, for who has their jars. */
  private static final String GIVEN = "SKYWIRE_BENCH_CONNECT_PLUGINS";

  /**
   * @throws IOException when they are not to be had; the message says so
   */
  static ConnectJars find(Workbench workbench, Connector connector)
      throws IOException, InterruptedException {
    if (connector.plugin().equals(Connector.DEBEZIUM)) {
      Path worker = JavaPeers.fetch(workbench, "connect/worker");
      Path debezium = JavaPeers.fetch(workbench, "connect/plugins/debezium");
      return new ConnectJars(worker, debezium.resolveSibling(""));
    }
    String given = System.getenv(GIVEN);
    if (given == null || !Files.isDirectory(Path.of(given, connector.plugin()))) {
      throw new IOException(
          "not on Maven Central; takes part where %s names a folder with its jars in %s/"
              .formatted(GIVEN, connector.plugin()));
    }
    return new ConnectJars(JavaPeers.fetch(workbench, "connect/worker"), Path.of(given));
  }
}
