package io.skywire.ingester.replay;

import io.skywire.common.topic.KafkaSettings;
import io.skywire.common.topic.TopicAdmin;
import io.skywire.common.topic.TopicSetup;
import io.skywire.common.topic.Topics;
import io.skywire.ingester.publish.CursorTopic;
import io.skywire.ingester.publish.FencedException;
import io.skywire.ingester.publish.PublishFailedException;
import io.skywire.ingester.publish.ReplayPublisher;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The dead letters of a Kafka, for an operator's command. A running ingester and sink do not mind:
 * a replay fences another replay only. Short patience, since somebody waits for the answer.
 */
public final class OperatorDeadLetters {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
  private static final Duration REQUEST_MAX = Duration.ofSeconds(5);

  /** A command that dies in mid-transaction holds back the topic's readers for so long. */
  private static final Duration TRANSACTION_MAX = Duration.ofSeconds(10);

  /** What one answer of the broker may hold, and so what is in memory. */
  private static final int FETCH_BYTES_MAX = 8 * 1024 * 1024;

  private static final int POLL_RECORDS_MAX = 100;

  private final KafkaSettings kafka;

  public OperatorDeadLetters(KafkaSettings kafka) {
    this.kafka = kafka;
  }

  /**
   * The newest letters, oldest first; none where there is no topic yet.
   *
   * @param since null for all that are kept
   */
  public List<Letter> list(Predicate<Letter> condition, @Nullable Instant since, int limit)
      throws ExecutionException, InterruptedException {
    Set<TopicPartition> letters = ends(Topics.DEAD_LETTERS).keySet();
    if (letters.isEmpty()) {
      return List.of();
    }
    try (DeadLetterTopic topic = new DeadLetterTopic(newConsumer(), letters, Map.of())) {
      return topic.newest(condition, since, limit);
    }
  }

  /** Begins to replay letters, and fences whoever else does so. */
  public ReplaySession replay()
      throws ExecutionException, InterruptedException, FencedException, PublishFailedException {
    int partitions = ends(Topics.EVENTS).size();
    ReplayPublisher publisher = ReplayPublisher.open(newProducer(), partitions);
    try {
      // Asked for now that nobody else replays.
      Map<TopicPartition, Long> letters = ends(Topics.DEAD_LETTERS);
      return new ReplaySession(
          publisher,
          new DeadLetterTopic(newConsumer(), letters.keySet(), letters),
          new CursorTopic(this::newConsumer),
          InstantSource.system());
    } catch (ExecutionException | InterruptedException | RuntimeException failed) {
      publisher.close();
      throw failed;
    }
  }

  private Map<TopicPartition, Long> ends(String topic)
      throws ExecutionException, InterruptedException {
    try (TopicAdmin topics = TopicAdmin.open(kafka, ANSWER_MAX)) {
      return topics.ends(topic);
    }
  }

  private KafkaConsumer<byte[], byte[]> newConsumer() {
    return new KafkaConsumer<>(
        consumerProperties(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  Map<String, Object> consumerProperties() {
    Map<String, Object> consumer = kafka.consumer();
    consumer.putAll(patience());
    consumer.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    consumer.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    // Letters that are trimmed while they are read are none any more.
    consumer.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    consumer.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES_MAX);
    consumer.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES_MAX);
    consumer.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLL_RECORDS_MAX);
    return consumer;
  }

  private KafkaProducer<byte[], byte[]> newProducer() {
    return new KafkaProducer<>(
        producerProperties(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  Map<String, Object> producerProperties() {
    Map<String, Object> producer = kafka.producer();
    producer.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, ReplayPublisher.TRANSACTIONAL_ID);
    producer.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) TRANSACTION_MAX.toMillis());
    producer.put(ProducerConfig.ACKS_CONFIG, "all");
    producer.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    producer.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) REQUEST_MAX.toMillis());
    producer.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) ANSWER_MAX.toMillis());
    producer.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    producer.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, ANSWER_MAX.toMillis());
    producer.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, TopicSetup.RECORD_BYTES_MAX);
    producer.putIfAbsent(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    return producer;
  }

  private static Map<String, Object> patience() {
    return Map.of(
        CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) ANSWER_MAX.toMillis(),
        CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, (int) REQUEST_MAX.toMillis());
  }
}
