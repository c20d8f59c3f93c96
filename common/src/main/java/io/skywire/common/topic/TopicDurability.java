package io.skywire.common.topic;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/**
 * What the loss of one broker would do to events that Kafka has acknowledged. The topics' settings
 * are an operator's: it tells, and changes nothing.
 */
public final class TopicDurability {
  /** With one broker lost there are still two, of which both must have what is acknowledged. */
  static final int COPIES_SAFE = 3;

  private static final List<String> TOPICS =
      List.of(Topics.EVENTS, Topics.CURSOR, Topics.DEAD_LETTERS);

  private TopicDurability() {}

  /**
   * One line for each topic that could lose what it has acknowledged; none for a single broker,
   * whose loss is the loss of Kafka.
   *
   * @throws ExecutionException when Kafka does not say
   */
  public static List<String> weaknesses(Admin admin)
      throws ExecutionException, InterruptedException {
    int brokers = admin.describeCluster().nodes().get().size();
    if (brokers == 1) {
      return List.of();
    }
    Map<String, TopicDescription> topics = admin.describeTopics(TOPICS).allTopicNames().get();
    Map<ConfigResource, Config> configs = admin.describeConfigs(resources()).all().get();
    List<String> weaknesses = new ArrayList<>();
    configs.forEach((topic, config) -> {
      TopicDescription description = topics.get(topic.name());
      ConfigEntry inSync = config.get(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG);
      if (description != null && inSync != null) {
        int copies = description.partitions().getFirst().replicas().size();
        weakness(topic.name(), brokers, copies, String.valueOf(inSync.value()))
            .forEach(weaknesses::add);
      }
    });
    return weaknesses;
  }

  private static Stream<String> weakness(String topic, int brokers, int copies, String inSync) {
    if (copies == 1) {
      return Stream.of(
          "topic %s has one copy of each event on %d brokers: the loss of a broker loses events; give it three copies (kafka-reassign-partitions)"
              .formatted(topic, brokers));
    }
    if (inSync.equals("1")) {
      return Stream.of(
          "topic %s has %d copies but acknowledges events that one broker has: its loss may lose them; set min.insync.replicas=2 (kafka-configs)"
              .formatted(topic, copies));
    }
    return Stream.empty();
  }

  private static Collection<ConfigResource> resources() {
    return TOPICS.stream()
        .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
        .toList();
  }
}
