package io.skywire.embedded.kafka;

import io.skywire.common.topic.TopicSetup;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Brokers' settings: small, and on the loopback interface. */
final class BrokerSettings {
  static final int NODE_ID = 1;
  static final String CONTROLLER_LISTENER = "CONTROLLER";

  /** A record of the largest size, in a batch with its transaction's other records. */
  private static final int BATCH_BYTES_MAX = 2 * TopicSetup.RECORD_BYTES_MAX;

  private BrokerSettings() {}

  /**
   * A name by which clients find the broker.
   *
   * @param port that the broker listens on
   * @param advertisedPort that it sends its clients to, such as a proxy's
   */
  record Listener(String name, int port, int advertisedPort) {}

  /** The one broker, replicated to nobody. */
  static Properties of(Path folder, int port, int controllerPort) {
    return with(
        small(1),
        folder,
        NODE_ID,
        NODE_ID + "@127.0.0.1:" + controllerPort,
        controllerPort,
        List.of(new Listener("PLAINTEXT", port, port)));
  }

  /**
   * One node of a cluster, each of which is broker and controller.
   *
   * @param voters all controllers, as Kafka writes them: id@host:port
   * @param listeners the first of which is also the brokers' own
   */
  static Properties ofNode(
      Path folder,
      int nodeId,
      int nodes,
      String voters,
      int controllerPort,
      List<Listener> listeners) {
    return with(small(nodes), folder, nodeId, voters, controllerPort, listeners);
  }

  private static Properties with(
      Properties settings,
      Path folder,
      int nodeId,
      String voters,
      int controllerPort,
      List<Listener> listeners) {
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(nodeId));
    settings.put("controller.quorum.voters", voters);
    settings.put("controller.listener.names", CONTROLLER_LISTENER);
    settings.put("inter.broker.listener.name", listeners.getFirst().name());
    String bound =
        listeners.stream()
            .map(listener -> listener.name() + "://127.0.0.1:" + listener.port())
            .collect(Collectors.joining(","));
    settings.put("listeners", bound + "," + CONTROLLER_LISTENER + "://127.0.0.1:" + controllerPort);
    settings.put(
        "advertised.listeners",
        listeners.stream()
            .map(listener -> listener.name() + "://127.0.0.1:" + listener.advertisedPort())
            .collect(Collectors.joining(",")));
    settings.put(
        "listener.security.protocol.map",
        Stream.concat(listeners.stream().map(Listener::name), Stream.of(CONTROLLER_LISTENER))
            .map(name -> name + ":PLAINTEXT")
            .collect(Collectors.joining(",")));
    settings.put("log.dirs", folder.toString());
    return settings;
  }

  private static Properties small(int nodes) {
    Properties settings = new Properties();
    String replicas = Integer.toString(nodes);
    String inSyncMin = Integer.toString(nodes == 1 ? 1 : nodes - 1);
    for (String topic : new String[] {"offsets.topic", "transaction.state.log"}) {
      settings.put(topic + ".replication.factor", replicas);
    }
    settings.put("transaction.state.log.min.isr", inSyncMin);
    settings.put("share.coordinator.state.topic.replication.factor", replicas);
    settings.put("share.coordinator.state.topic.min.isr", inSyncMin);
    settings.put("default.replication.factor", replicas);
    settings.put("min.insync.replicas", inSyncMin);
    // A handful of groups and transactional ids: fifty partitions would only cost start-up time.
    settings.put("offsets.topic.num.partitions", "1");
    settings.put("transaction.state.log.num.partitions", "1");
    // A broker that is back reads all of it before any group works; what is in the newest segment
    // is never compacted, and that has 100 MiB by default.
    settings.put("offsets.topic.segment.bytes", Integer.toString(1024 * 1024));
    settings.put("share.coordinator.state.topic.num.partitions", "1");

    // A first consumer need not wait for others that may come.
    settings.put("group.initial.rebalance.delay.ms", "0");
    // Topics are created by name, with their settings; a typing error must not make one.
    settings.put("auto.create.topics.enable", "false");
    // A killed broker is not let in again before its last session is over: nine seconds by default.
    settings.put("broker.session.timeout.ms", "3000");
    settings.put("broker.heartbeat.interval.ms", "500");
    settings.put("message.max.bytes", Integer.toString(BATCH_BYTES_MAX));
    settings.put("replica.fetch.max.bytes", Integer.toString(BATCH_BYTES_MAX));
    settings.put("socket.request.max.bytes", Integer.toString(2 * BATCH_BYTES_MAX));
    // Memory: the default of the first is 128 MB, for brokers with thousands of partitions.
    settings.put("log.cleaner.dedupe.buffer.size", Integer.toString(10 * 1024 * 1024));
    settings.put("num.network.threads", "2");
    settings.put("num.io.threads", "4");
    settings.put("background.threads", "2");
    // The controller's own log, which otherwise keeps a week.
    settings.put("metadata.max.retention.bytes", Integer.toString(50 * 1024 * 1024));
    settings.put("metadata.log.segment.bytes", Integer.toString(16 * 1024 * 1024));
    return settings;
  }
}
