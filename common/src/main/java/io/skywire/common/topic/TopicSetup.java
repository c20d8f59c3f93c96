package io.skywire.common.topic;

import io.skywire.common.settings.InvalidSettingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Creates the topics that are absent and checks those that are there. It never changes a topic:
 * another number of partitions would send a repo's later events to another partition than its
 * earlier ones, and their order would be lost.
 */
public final class TopicSetup {
  /** An event's record at its largest, with room for its headers. */
  public static final int RECORD_BYTES_MAX = 16 * 1024 * 1024;

  /** For how long the topic keeps events, and sinks may be away. */
  public static final Duration EVENTS_RETENTION = Duration.ofDays(3);

  private static final Duration DEAD_LETTERS_RETENTION = Duration.ofDays(30);
  private static final long DEAD_LETTERS_BYTES_MAX = 1024L * 1024 * 1024;
  private static final Duration STATS_RETENTION = Duration.ofDays(7);
  private static final short BROKERS_DEFAULT = -1;
  private static final Duration KNOWN_MAX = Duration.ofSeconds(5);
  private static final long KNOWN_EVERY_MILLIS = 20;

  private TopicSetup() {}

  /**
   * @param eventPartitions partitions of {@link Topics#EVENTS}
   * @throws InvalidSettingException when the topic has another number of partitions already
   * @throws ExecutionException when Kafka refuses or cannot be reached
   */
  public static void ensure(Admin admin, int eventPartitions)
      throws ExecutionException, InterruptedException {
    for (NewTopic topic : topics(eventPartitions)) {
      ensure(admin, topic);
    }
    int actual = describe(admin, Topics.EVENTS).partitions().size();
    if (actual != eventPartitions) {
      throw new InvalidSettingException(
          "SKYWIRE_EVENT_PARTITIONS",
          Integer.toString(eventPartitions),
          actual
              + ": topic "
              + Topics.EVENTS
              + " has that many partitions, and changing them would break the order of its repos'"
              + " events");
    }
  }

  /**
   * The topic of counts: a service without it does everything else.
   *
   * @throws ExecutionException when Kafka refuses or cannot be reached
   */
  public static void ensureStats(Admin admin) throws ExecutionException, InterruptedException {
    ensure(admin, statsTopic());
  }

  /**
   * The topics that some events are sent on to: as that of all events, so that a repo's are in the
   * partition of the same number.
   *
   * @throws InvalidSettingException when one is there with another number of partitions, or does
   *     not take the largest event: it would hold up all that come after it
   * @throws ExecutionException when Kafka refuses or cannot be reached
   */
  public static void ensureRoutes(Admin admin, Collection<String> topics, int eventPartitions)
      throws ExecutionException, InterruptedException {
    for (String topic : topics) {
      ensure(admin, events(topic, eventPartitions));
      int actual = describe(admin, topic).partitions().size();
      if (actual != eventPartitions) {
        throw new InvalidSettingException(
            "SKYWIRE_ROUTES names the topic %s, which has %d partitions; expected %d, as many as %s has"
                .formatted(topic, actual, eventPartitions, Topics.EVENTS));
      }
      requireThatItTakesTheLargest(admin, topic);
    }
  }

  private static void requireThatItTakesTheLargest(Admin admin, String topic)
      throws ExecutionException, InterruptedException {
    String bytesMax = setting(admin, topic, TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
    if (bytesMax != null && Integer.parseInt(bytesMax) < RECORD_BYTES_MAX) {
      throw new InvalidSettingException(
          "SKYWIRE_ROUTES names the topic %s, whose max.message.bytes is %s; expected %d at least, so that it takes the largest event: kafka-configs.sh --alter --topic %s --add-config max.message.bytes=%d"
              .formatted(topic, bytesMax, RECORD_BYTES_MAX, topic, RECORD_BYTES_MAX));
    }
  }

  private static void ensure(Admin admin, NewTopic topic)
      throws ExecutionException, InterruptedException {
    // Looked for first: where topics are made by others, we may not be allowed to.
    if (find(admin, topic.name()).isEmpty()) {
      create(admin, topic);
      awaitKnown(admin, topic.name());
    }
  }

  /** A broker may hear of a topic a moment after the controller has made it. */
  private static void awaitKnown(Admin admin, String topic)
      throws ExecutionException, InterruptedException {
    long deadline = System.nanoTime() + KNOWN_MAX.toNanos();
    while (find(admin, topic).isEmpty() && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(KNOWN_EVERY_MILLIS);
    }
  }

  private static void create(Admin admin, NewTopic topic)
      throws ExecutionException, InterruptedException {
    try {
      admin.createTopics(List.of(withTwoCopiesAcknowledged(admin, topic))).all().get();
    } catch (ExecutionException failed) {
      if (!(failed.getCause() instanceof TopicExistsException)) {
        throw failed;
      }
    }
  }

  /** Empty when there is no such topic. */
  static Optional<TopicDescription> find(Admin admin, String topic)
      throws ExecutionException, InterruptedException {
    try {
      return Optional.of(describe(admin, topic));
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof UnknownTopicOrPartitionException) {
        return Optional.empty();
      }
      throw failed;
    }
  }

  /**
   * @throws ExecutionException with an UnknownTopicOrPartitionException when there is no such topic
   */
  public static TopicDescription describe(Admin admin, String topic)
      throws ExecutionException, InterruptedException {
    return admin.describeTopics(List.of(topic)).allTopicNames().get().values().iterator().next();
  }

  /**
   * How many brokers must have what a topic acknowledges, as Kafka writes it; null when that may
   * not be asked.
   */
  public static @Nullable String inSyncMin(Admin admin, String topic)
      throws ExecutionException, InterruptedException {
    return setting(admin, topic, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG);
  }

  /** As Kafka writes it; null when that may not be asked. */
  private static @Nullable String setting(Admin admin, String topic, String name)
      throws ExecutionException, InterruptedException {
    return settings(admin, topic).get(name);
  }

  /**
   * By name, as Kafka writes them, with those that the topic has of its brokers; empty when they
   * may not be asked.
   */
  static Map<String, String> settings(Admin admin, String topic)
      throws ExecutionException, InterruptedException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    Map<String, String> settings = new HashMap<>();
    try {
      for (Config config : admin.describeConfigs(List.of(resource)).all().get().values()) {
        for (ConfigEntry entry : config.entries()) {
          if (entry.value() != null) {
            settings.put(entry.name(), entry.value());
          }
        }
      }
    } catch (ExecutionException failed) {
      if (!(failed.getCause() instanceof TopicAuthorizationException)) {
        throw failed;
      }
    }
    return settings;
  }

  /**
   * Where the brokers' defaults make three copies and acknowledge with one, asks for two: an event
   * that one broker alone has is lost with it, and the cursor has moved on.
   */
  private static NewTopic withTwoCopiesAcknowledged(Admin admin, NewTopic topic)
      throws ExecutionException, InterruptedException {
    CreateTopicsResult planned =
        admin.createTopics(List.of(topic), new CreateTopicsOptions().validateOnly(true));
    try {
      int copies = planned.replicationFactor(topic.name()).get();
      ConfigEntry inSync =
          planned.config(topic.name()).get().get(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG);
      if (copies >= TopicDurability.COPIES_SAFE && inSync != null && "1".equals(inSync.value())) {
        topic.configs(with(topic.configs(), TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "2"));
      }
    } catch (ExecutionException failed) {
      // Who may not see the brokers' settings takes them as they are.
      if (!(failed.getCause() instanceof TopicAuthorizationException)) {
        throw failed;
      }
    }
    return topic;
  }

  /** Those of {@link #ensure} and {@link #ensureStats}, as they are when none is there. */
  static List<NewTopic> all(int eventPartitions) {
    List<NewTopic> all = new ArrayList<>(topics(eventPartitions));
    all.add(statsTopic());
    return all;
  }

  private static List<NewTopic> topics(int eventPartitions) {
    Map<String, String> anyTime = anyTime();
    Map<String, String> latestOnly = latestOnly();
    return List.of(
        events(Topics.EVENTS, eventPartitions),
        new NewTopic(Topics.CURSOR, 1, BROKERS_DEFAULT).configs(latestOnly),
        new NewTopic(Topics.STATUS, 1, BROKERS_DEFAULT).configs(latestOnly),
        new NewTopic(Topics.DEAD_LETTERS, 1, BROKERS_DEFAULT)
            .configs(
                with(
                    with(
                        anyTime,
                        TopicConfig.RETENTION_MS_CONFIG,
                        Long.toString(DEAD_LETTERS_RETENTION.toMillis())),
                    TopicConfig.RETENTION_BYTES_CONFIG,
                    Long.toString(DEAD_LETTERS_BYTES_MAX))));
  }

  private static NewTopic statsTopic() {
    return new NewTopic(Topics.STATS, 1, BROKERS_DEFAULT).configs(stats());
  }

  private static Map<String, String> latestOnly() {
    return Map.of(
        TopicConfig.CLEANUP_POLICY_CONFIG,
        TopicConfig.CLEANUP_POLICY_COMPACT,
        TopicConfig.SEGMENT_MS_CONFIG,
        Long.toString(Duration.ofMinutes(10).toMillis()),
        TopicConfig.SEGMENT_BYTES_CONFIG,
        Integer.toString(16 * 1024 * 1024),
        TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG,
        "0.1");
  }

  private static NewTopic events(String topic, int partitions) {
    return new NewTopic(topic, partitions, BROKERS_DEFAULT)
        .configs(
            with(
                anyTime(),
                TopicConfig.RETENTION_MS_CONFIG,
                Long.toString(EVENTS_RETENTION.toMillis())));
  }

  /** The latest of each key, and of those not all: every minute brings new ones. */
  private static Map<String, String> stats() {
    Map<String, String> all = new HashMap<>(latestOnly());
    all.putAll(anyTime());
    all.put(
        TopicConfig.CLEANUP_POLICY_CONFIG,
        TopicConfig.CLEANUP_POLICY_COMPACT + "," + TopicConfig.CLEANUP_POLICY_DELETE);
    all.put(TopicConfig.RETENTION_MS_CONFIG, Long.toString(STATS_RETENTION.toMillis()));
    return all;
  }

  /**
   * A record's timestamp is indexed_at: after a clock's jump it may lie anywhere, and the broker
   * must not refuse the event for that.
   */
  private static Map<String, String> anyTime() {
    return Map.of(
        TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, Long.toString(Long.MAX_VALUE),
        TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, Long.toString(Long.MAX_VALUE),
        TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(RECORD_BYTES_MAX));
  }

  private static Map<String, String> with(Map<String, String> base, String key, String value) {
    Map<String, String> all = new HashMap<>(base);
    all.put(key, value);
    return all;
  }
}
