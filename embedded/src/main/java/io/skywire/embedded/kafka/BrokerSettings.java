package io.skywire.embedded.kafka;

import io.skywire.common.topic.TopicSetup;
import java.nio.file.Path;
import java.util.Properties;

/** The settings of the one broker: small, on the loopback interface, replicated to nobody. */
final class BrokerSettings {
  static final int NODE_ID = 1;
  static final String CONTROLLER_LISTENER = "CONTROLLER";

  /** A record of the largest size, in a batch with its transaction's other records. */
  private static final int BATCH_BYTES_MAX = 2 * TopicSetup.RECORD_BYTES_MAX;

  private BrokerSettings() {}

  static Properties of(Path folder, int port, int controllerPort) {
    Properties settings = new Properties();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(NODE_ID));
    settings.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
    settings.put("controller.listener.names", CONTROLLER_LISTENER);
    settings.put(
        "listeners",
        "PLAINTEXT://127.0.0.1:%d,%s://127.0.0.1:%d"
            .formatted(port, CONTROLLER_LISTENER, controllerPort));
    settings.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
    settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put("log.dirs", folder.toString());

    // There is nobody to replicate to.
    for (String topic : new String[] {"offsets.topic", "transaction.state.log"}) {
      settings.put(topic + ".replication.factor", "1");
    }
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    settings.put("default.replication.factor", "1");
    settings.put("min.insync.replicas", "1");
    // A handful of groups and transactional ids: fifty partitions would only cost start-up time.
    settings.put("offsets.topic.num.partitions", "1");
    settings.put("transaction.state.log.num.partitions", "1");
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
