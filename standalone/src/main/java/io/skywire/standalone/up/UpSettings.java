package io.skywire.standalone.up;

import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import io.skywire.common.topic.EventPartitions;
import io.skywire.embedded.postgres.EmbeddedPostgresServer;
import io.skywire.ingester.IngesterSettings;
import io.skywire.standalone.folder.Ports;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What {@code up} takes from the environment, and what its processes get instead of it: the
 * embedded servers' addresses, and the data folder's secret.
 *
 * @param environment without what names other servers
 * @param ignored the names of variables that {@code up} does not follow
 * @param port of the API; 0 for a free one
 */
public record UpSettings(Map<String, String> environment, List<String> ignored, int port) {
  private static final int PORT_DEFAULT = 4000;

  /** One name for both groups: a restart takes over at once from the run before. */
  private static final String INSTANCE = "up";

  public static UpSettings from(Variables variables) {
    Map<String, String> environment = new TreeMap<>(variables.all());
    List<String> ignored =
        environment.keySet().stream()
            .filter(UpSettings::namesAnotherServer)
            .filter(name -> variables.find(name) != null)
            .toList();
    environment.keySet().removeIf(UpSettings::namesAnotherServer);
    return new UpSettings(environment, ignored, variables.count("PORT", PORT_DEFAULT, 0, 65_535));
  }

  private static boolean namesAnotherServer(String name) {
    return name.equals("DATABASE_URL")
        || name.equals("KAFKA_BOOTSTRAP_SERVERS")
        || name.equals("SECRET_KEY_BASE")
        || name.equals("SKYWIRE_METRICS_PORT")
        || name.startsWith("SPRING_KAFKA_");
  }

  /**
   * Asked before any server is started.
   *
   * @throws InvalidSettingException when somebody listens there already
   */
  public void requireFreePort() {
    String bind = environment.getOrDefault("SKYWIRE_BIND", "0.0.0.0");
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(bind, port));
    } catch (IOException taken) {
      throw new InvalidSettingException(
          "PORT", Integer.toString(port), "a free port: " + taken.getMessage(), taken);
    }
  }

  /** Where the processes find each other. */
  Map<String, String> addresses(Ports ports, EmbeddedPostgresServer postgres, String secret) {
    Map<String, String> addresses = new TreeMap<>();
    addresses.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + ports.kafka());
    addresses.put("DATABASE_URL", postgres.url().toUrl());
    addresses.put("SECRET_KEY_BASE", secret);
    return addresses;
  }

  /** The relay and its topic, defaults included: other commands must work with the same. */
  Map<String, String> relay() {
    Variables variables = new Variables(environment);
    return Map.of(
        "RELAY_URL", IngesterSettings.from(variables).relay().toString(),
        "SKYWIRE_RELAY_NAME", IngesterSettings.relayName(variables),
        "SKYWIRE_EVENT_PARTITIONS", Integer.toString(EventPartitions.from(variables)));
  }

  /** All variables of the three processes. */
  Variables forProcesses(Map<String, String> addresses) {
    Map<String, String> all = new TreeMap<>(environment);
    all.putIfAbsent("SKYWIRE_INSTANCE", INSTANCE);
    all.putAll(addresses);
    return new Variables(all);
  }
}
