package io.skywire.embedded.kafka;

import io.skywire.embedded.EmbeddedServerException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/** Where a broker keeps everything: formatted once, before its first start. */
final class BrokerFolder {
  private BrokerFolder() {}

  /** Formats a folder that is not, for a node of a cluster. */
  static void format(Path folder, String clusterId, int nodeId) {
    // Kafka writes this file last, and at once: a start that was killed before formats again.
    if (Files.exists(folder.resolve("meta.properties"))) {
      return;
    }
    try (PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      Files.createDirectories(folder);
      new Formatter()
          .setPrintStream(nowhere)
          .setClusterId(clusterId)
          .setNodeId(nodeId)
          .setControllerListenerName(BrokerSettings.CONTROLLER_LISTENER)
          .setMetadataLogDirectory(folder.toString())
          .setDirectories(List.of(folder.toString()))
          .setReleaseVersion(MetadataVersion.latestProduction())
          .setIgnoreFormatted(true)
          .run();
    } catch (Exception failed) {
      // The formatter declares that it throws anything.
      throw new EmbeddedServerException(
          "the embedded Kafka cannot use the folder " + folder + ": " + failed.getMessage(),
          failed);
    }
  }
}
