package io.skywire.standalone.folder;

import io.skywire.embedded.FreePort;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The loopback ports of the embedded servers: taken free at the first start, kept in the data
 * folder, and taken anew when somebody else has one of them by then.
 */
public record Ports(int kafka, int postgres, int relay) {
  private static final int PORT_MAX = 65_535;

  public static Ports choose(DataFolder folder) throws IOException {
    Map<String, String> kept = PropertiesFile.read(folder.ports());
    Ports ports =
        new Ports(
            keptOrFree(kept.get("kafka")),
            keptOrFree(kept.get("postgres")),
            keptOrFree(kept.get("relay")));
    PropertiesFile.write(
        folder.ports(),
        Map.of(
            "kafka", Integer.toString(ports.kafka),
            "postgres", Integer.toString(ports.postgres),
            "relay", Integer.toString(ports.relay)));
    return ports;
  }

  private static int keptOrFree(@Nullable String kept) {
    if (kept != null && kept.matches("[1-9]\\d{0,4}")) {
      int port = Integer.parseInt(kept);
      if (port <= PORT_MAX && FreePort.isFree(port)) {
        return port;
      }
    }
    return FreePort.any();
  }
}
