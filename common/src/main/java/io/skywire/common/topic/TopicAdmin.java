package io.skywire.common.topic;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's admin client with bounds: it answers or fails within the time it is opened with, and its
 * end waits for nothing, so that a loop told to stop while Kafka is away stops. One thread.
 */
public final class TopicAdmin implements AutoCloseable {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);

  private final Admin admin;

  private TopicAdmin(Admin admin) {
    this.admin = admin;
  }

  public static TopicAdmin open(KafkaSettings kafka) {
    return open(kafka, ANSWER_MAX);
  }

  /**
   * @param answerMax how long each question may take, retries included
   */
  public static TopicAdmin open(KafkaSettings kafka, Duration answerMax) {
    Map<String, Object> properties = kafka.admin();
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) answerMax.toMillis());
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) answerMax.toMillis());
    return new TopicAdmin(Admin.create(properties));
  }

  /**
   * @see TopicSetup#ensure
   */
  public void ensure(int eventPartitions) throws ExecutionException, InterruptedException {
    TopicSetup.ensure(admin, eventPartitions);
  }

  /**
   * @see TopicSetup#ensureStats
   */
  public void ensureStats() throws ExecutionException, InterruptedException {
    TopicSetup.ensureStats(admin);
  }

  /**
   * @see TopicSetup#ensureRoutes
   */
  public void ensureRoutes(Collection<String> topics, int eventPartitions)
      throws ExecutionException, InterruptedException {
    TopicSetup.ensureRoutes(admin, topics, eventPartitions);
  }

  /**
   * @see TopicSetup#inSyncMin
   */
  public @Nullable String inSyncMin(String topic) throws ExecutionException, InterruptedException {
    return TopicSetup.inSyncMin(admin, topic);
  }

  /**
   * @see TopicSetup#describe
   */
  public TopicDescription describe(String topic) throws ExecutionException, InterruptedException {
    return TopicSetup.describe(admin, topic);
  }

  /**
   * @see TopicSetup#find
   */
  public Optional<TopicDescription> find(String topic)
      throws ExecutionException, InterruptedException {
    return TopicSetup.find(admin, topic);
  }

  /**
   * @see TopicSetup#settings
   */
  public Map<String, String> settings(String topic)
      throws ExecutionException, InterruptedException {
    return TopicSetup.settings(admin, topic);
  }

  /** By partition: where it ends, open transactions included; empty where there is no topic. */
  public Map<TopicPartition, Long> ends(String topic)
      throws ExecutionException, InterruptedException {
    return ends(topic, IsolationLevel.READ_UNCOMMITTED);
  }

  /** The same without what is not committed: as far as a consumer of ours gets. */
  public Map<TopicPartition, Long> committedEnds(String topic)
      throws ExecutionException, InterruptedException {
    return ends(topic, IsolationLevel.READ_COMMITTED);
  }

  private Map<TopicPartition, Long> ends(String topic, IsolationLevel isolation)
      throws ExecutionException, InterruptedException {
    Optional<TopicDescription> found = find(topic);
    if (found.isEmpty()) {
      return Map.of();
    }
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (TopicPartitionInfo partition : found.get().partitions()) {
      latest.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest());
    }
    Map<TopicPartition, Long> ends = new HashMap<>();
    admin
        .listOffsets(latest, new ListOffsetsOptions(isolation))
        .all()
        .get()
        .forEach((partition, end) -> ends.put(partition, end.offset()));
    return ends;
  }

  /**
   * @see TopicDurability#weaknesses
   */
  public List<String> weaknesses() throws ExecutionException, InterruptedException {
    return TopicDurability.weaknesses(admin);
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
