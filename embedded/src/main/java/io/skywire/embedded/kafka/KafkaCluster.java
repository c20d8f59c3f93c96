package io.skywire.embedded.kafka;

import io.skywire.embedded.EmbeddedServerException;
import io.skywire.embedded.FreePort;
import io.skywire.embedded.kafka.BrokerSettings.Listener;
import io.skywire.embedded.process.ChildCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;

/**
 * Real Kafka brokers, each a process and its own controller's, on the loopback interface: one, or
 * several that replicate everything to each other (all but one must have what is acknowledged). A
 * client that is to reach them by a way of its own, such as a proxy, has a listener of its own. Any
 * thread may call it.
 */
public final class KafkaCluster implements AutoCloseable {
  /** The listener that advertises the brokers' own ports. */
  public static final String DIRECT = "DIRECT";

  private static final String LOGGING = "io/skywire/embedded/kafka/logback.xml";
  private static final Duration START_MAX = Duration.ofMinutes(3);

  /** Chooses the port that a node sends the clients of a listener to. */
  public interface Advertised {
    /**
     * @param port that the node listens on
     */
    int port(String listener, int port);
  }

  private final List<KafkaNode> nodes;

  private KafkaCluster(List<KafkaNode> nodes) {
    this.nodes = nodes;
  }

  /**
   * Starts the brokers and returns when all accept clients. Ports are new ones each time, data is
   * what the folder holds.
   *
   * @param folder with one folder and one log file for each node
   * @param listeners beside {@link #DIRECT}; upper case letters, digits, underscores
   * @param jvmFlags of the brokers
   */
  public static KafkaCluster start(
      Path folder, int count, List<String> listeners, Advertised advertised, List<String> jvmFlags)
      throws InterruptedException {
    int[] controllerPorts = IntStream.range(0, count).map(node -> FreePort.lasting()).toArray();
    String voters =
        IntStream.range(0, count)
            .mapToObj(node -> (node + 1) + "@127.0.0.1:" + controllerPorts[node])
            .collect(Collectors.joining(","));
    List<KafkaNode> nodes = new ArrayList<>();
    KafkaCluster cluster = new KafkaCluster(nodes);
    try {
      String clusterId = clusterId(folder);
      for (int id = 1; id <= count; id++) {
        Path data = folder.resolve("node-" + id);
        BrokerFolder.format(data, clusterId, id);
        List<Listener> ways = new ArrayList<>();
        int direct = FreePort.lasting();
        ways.add(new Listener(DIRECT, direct, direct));
        for (String listener : listeners) {
          int port = FreePort.lasting();
          ways.add(new Listener(listener, port, advertised.port(listener, port)));
        }
        Properties settings =
            BrokerSettings.ofNode(data, id, count, voters, controllerPorts[id - 1], ways);
        nodes.add(new KafkaNode(id, ways, command(folder, id, settings, jvmFlags)));
      }
      nodes.forEach(KafkaNode::start);
      for (KafkaNode node : nodes) {
        node.awaitReady(START_MAX);
      }
      return cluster;
    } catch (IOException refused) {
      throw new UncheckedIOException("the brokers' folder cannot be used", refused);
    } catch (EmbeddedServerException | InterruptedException failed) {
      cluster.close();
      throw failed;
    }
  }

  public List<KafkaNode> nodes() {
    return nodes;
  }

  /** The addresses that a listener's clients begin with. */
  public String bootstrapServers(String listener) {
    return nodes.stream()
        .map(node -> "127.0.0.1:" + node.advertisedPort(listener))
        .collect(Collectors.joining(","));
  }

  /** Ends them all in order. */
  @Override
  public void close() {
    List<Thread> stopping =
        nodes.stream().map(node -> Thread.ofVirtual().start(node::stop)).toList();
    for (Thread each : stopping) {
      try {
        each.join();
      } catch (InterruptedException interrupted) {
        nodes.forEach(KafkaNode::kill);
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static String clusterId(Path folder) throws IOException {
    Path file = Files.createDirectories(folder).resolve("cluster-id");
    if (!Files.exists(file)) {
      Files.writeString(file, Uuid.randomUuid().toString());
    }
    return Files.readString(file);
  }

  private static ChildCommand command(
      Path folder, int id, Properties settings, List<String> jvmFlags) throws IOException {
    Path file = folder.resolve("node-" + id + ".properties");
    try (Writer writer = Files.newBufferedWriter(file)) {
      settings.store(writer, null);
    }
    List<String> flags = new ArrayList<>(List.of("-Dlogback.configurationFile=" + LOGGING));
    flags.addAll(jvmFlags);
    return ChildCommand.java(
        "Kafka node " + id,
        BrokerMain.class.getName(),
        flags,
        List.of(file.toString()),
        Map.of(),
        folder.resolve("node-" + id + ".log"));
  }
}
