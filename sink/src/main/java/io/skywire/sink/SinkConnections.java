package io.skywire.sink;

import io.opentelemetry.api.trace.Tracer;
import io.skywire.common.database.Migrations;
import io.skywire.common.lifecycle.RootCause;
import io.skywire.common.topic.TopicAdmin;
import io.skywire.common.topic.TopicSetup;
import io.skywire.common.topic.Topics;
import io.skywire.common.tracing.Tracing;
import io.skywire.sink.retention.DayPartitions;
import io.skywire.sink.write.EventConsumer;
import io.skywire.sink.write.EventEncoding;
import io.skywire.sink.write.EventStore;
import io.skywire.sink.write.SinkDeadLetters;
import io.skywire.sink.write.SinkProgress;
import io.skywire.sink.write.ZstdEncoding;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.StickyAssignor;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;

/**
 * Opens what the sink's loop works with, anew after every failure: migrations, topics, the topic's
 * identity, then a consumer. Owns the dead letters' producer. One thread.
 */
public final class SinkConnections implements Sink.Connections, AutoCloseable {
  private static final String GROUP = "skywire-sink";
  private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(6);
  private static final Duration HEARTBEAT = Duration.ofSeconds(1);

  /**
   * When partitions are shared out anew, the others wait for a sink that is busy with a batch for
   * so long, then go on without it. Longer than a statement of its transaction may take, with what
   * it waits for: {@link EventStore} ends it before, and the next batch is smaller.
   */
  private static final Duration BATCH_MAX = Duration.ofSeconds(90);

  /**
   * What the consumer holds compressed of each broker: it asks a broker again only when the last
   * answer is used up. One batch of records that is larger comes nevertheless.
   */
  private static final int FETCH_BYTES_MAX = 8 * 1024 * 1024;

  private static final int PARTITION_FETCH_BYTES_MAX = 2 * 1024 * 1024;
  private static final Duration CLOSE_MAX = Duration.ofSeconds(3);

  private final SinkSettings settings;
  private final DataSource database;
  private final DayPartitions partitions;
  private final SinkDeadLetters.RelayName relayName;
  private final Tracer tracer;
  private volatile @Nullable KafkaProducer<byte[], byte[]> deadLetters;
  private boolean migrated;
  private SinkProgress progress = new SinkProgress("");

  /** Without traces. */
  public SinkConnections(
      SinkSettings settings,
      DataSource database,
      DayPartitions partitions,
      SinkDeadLetters.RelayName relayName) {
    this(settings, database, partitions, relayName, Tracing.none());
  }

  public SinkConnections(
      SinkSettings settings,
      DataSource database,
      DayPartitions partitions,
      SinkDeadLetters.RelayName relayName,
      Tracer tracer) {
    this.settings = settings;
    this.database = database;
    this.partitions = partitions;
    this.relayName = relayName;
    this.tracer = tracer;
  }

  @Override
  public EventConsumer open() throws SQLException, ExecutionException, InterruptedException {
    closeDeadLetters(Duration.ZERO);
    migrate();
    progress = register(describeTopic());
    return new EventConsumer(newConsumer(), progress, database);
  }

  @Override
  public EventStore store() {
    return new EventStore(
        database,
        progress,
        partitions,
        new SinkDeadLetters(deadLetters(), relayName),
        settings.compress() ? new ZstdEncoding(database, System::nanoTime) : EventEncoding.JSON,
        tracer);
  }

  @Override
  public String describe(Exception failure) {
    String reason = RootCause.line(failure);
    return RootCause.is(failure, SQLException.class)
        ? "database " + settings.database() + ": " + reason
        : reason;
  }

  @Override
  public void close() {
    closeDeadLetters(CLOSE_MAX);
  }

  private void closeDeadLetters(Duration wait) {
    KafkaProducer<byte[], byte[]> opened = deadLetters;
    deadLetters = null;
    if (opened != null) {
      opened.close(wait);
    }
  }

  /** Opened when first asked for, by the loop: a producer needs its servers' names resolved. */
  private KafkaProducer<byte[], byte[]> deadLetters() {
    KafkaProducer<byte[], byte[]> opened = deadLetters;
    if (opened == null) {
      opened =
          new KafkaProducer<>(
              deadLetterProperties(settings), new ByteArraySerializer(), new ByteArraySerializer());
      deadLetters = opened;
    }
    return opened;
  }

  static Map<String, Object> deadLetterProperties(SinkSettings settings) {
    Map<String, Object> producer = settings.kafka().producer();
    producer.put(ProducerConfig.ACKS_CONFIG, "all");
    producer.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    producer.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, TopicSetup.RECORD_BYTES_MAX);
    return producer;
  }

  private void migrate() throws SQLException {
    if (settings.migrate() && !migrated) {
      try {
        Migrations.migrate(database);
      } catch (FlywayException failed) {
        throw RootCause.is(failed, SQLException.class)
            ? new SQLException("migrations could not be applied", failed)
            : new SQLException("migrations could not be applied: " + oneLine(failed));
      }
    }
    migrated = true;
  }

  /** Flyway's own reasons come in several lines, of which the first says least. */
  private static String oneLine(FlywayException failed) {
    return String.valueOf(failed.getMessage())
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining("; "));
  }

  private TopicDescription describeTopic() throws ExecutionException, InterruptedException {
    try (TopicAdmin topics = TopicAdmin.open(settings.kafka())) {
      topics.ensure(settings.eventPartitions());
      return topics.describe(Topics.EVENTS);
    }
  }

  private SinkProgress register(TopicDescription topic) throws SQLException {
    SinkProgress registered = new SinkProgress(topic.topicId().toString());
    try (Connection transaction = database.getConnection()) {
      transaction.setAutoCommit(false);
      registered.register(transaction, topic.name(), topic.partitions().size());
      transaction.commit();
    }
    return registered;
  }

  private KafkaConsumer<byte[], byte[]> newConsumer() {
    return new KafkaConsumer<>(
        consumerProperties(settings), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  static Map<String, Object> consumerProperties(SinkSettings settings) {
    Map<String, Object> consumer = settings.kafka().consumer();
    consumer.put(ConsumerConfig.GROUP_ID_CONFIG, GROUP);
    if (settings.instance() != null) {
      consumer.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, GROUP + "-" + settings.instance());
    }
    consumer.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, (int) SESSION_TIMEOUT.toMillis());
    consumer.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, (int) HEARTBEAT.toMillis());
    // Not a cooperative one: a sink that dies between the two rounds in which those move a
    // partition comes back under its name without a third, and the partition stays with nobody.
    consumer.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, StickyAssignor.class.getName());
    consumer.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, (int) BATCH_MAX.toMillis());
    consumer.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    consumer.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    consumer.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    consumer.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, settings.batch().pollRecordsMax());
    consumer.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES_MAX);
    consumer.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, PARTITION_FETCH_BYTES_MAX);
    return consumer;
  }
}
