package io.skywire.sink.stats;

import io.skywire.common.lifecycle.Backoff;
import io.skywire.common.lifecycle.Incident;
import io.skywire.common.lifecycle.Loop;
import io.skywire.common.lifecycle.Pulse;
import io.skywire.common.lifecycle.RootCause;
import io.skywire.common.topic.KafkaSettings;
import io.skywire.common.topic.MinuteCount;
import io.skywire.common.topic.TopicAdmin;
import io.skywire.common.topic.Topics;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the counts from their topic into the table, then commits its offsets: what is stored
 * again after a failure changes nothing. Trims the table as well. The sinks are one group of which
 * one works, since the topic has one partition. One thread.
 */
public final class StatsStorage implements Loop {
  private static final Logger log = LoggerFactory.getLogger(StatsStorage.class);

  private static final String GROUP = "skywire-stats-storage";
  private static final Duration IDLE = Duration.ofSeconds(1);
  private static final Duration STEP_MAX = Duration.ofMinutes(5);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(3);
  private static final Duration TRIM_EVERY = Duration.ofMinutes(1);
  private static final int SESSION_TIMEOUT_MILLIS = 6_000;
  private static final int HEARTBEAT_MILLIS = 1_000;
  private static final int RECORDS_MAX = 2_000;

  private final KafkaSettings kafka;
  private final StatsTable table;
  private final InstantSource clock;
  private final int retentionDays;
  private final StatsMetrics metrics;
  private final Tries tries;
  private final Pulse pulse = new Pulse(STEP_MAX, System::nanoTime);
  private final Incident incident;
  private volatile boolean running;
  private long trimmedAt = System.nanoTime() - TRIM_EVERY.toNanos();

  /**
   * @param retentionDays as the events'
   */
  public StatsStorage(
      KafkaSettings kafka,
      DataSource database,
      InstantSource clock,
      int retentionDays,
      StatsMetrics metrics,
      Backoff backoff) {
    this(kafka, database, clock, retentionDays, metrics, backoff, System::nanoTime);
  }

  /**
   * @param nanoTime by which it has failed for long
   */
  StatsStorage(
      KafkaSettings kafka,
      DataSource database,
      InstantSource clock,
      int retentionDays,
      StatsMetrics metrics,
      Backoff backoff,
      LongSupplier nanoTime) {
    this.kafka = kafka;
    this.table = new StatsTable(database);
    this.clock = clock;
    this.retentionDays = retentionDays;
    this.metrics = metrics;
    this.tries = new Tries(backoff);
    this.incident = new Incident(log, "counts are stored", nanoTime);
    metrics.watchStorage(() -> running && problem() == null);
  }

  @Override
  public void run() throws InterruptedException {
    running = true;
    try {
      storeAgainAndAgain();
    } finally {
      running = false;
    }
  }

  private void storeAgainAndAgain() throws InterruptedException {
    while (tries.running()) {
      pulse.beat(STEP_MAX);
      try {
        if (table.exists()) {
          carryOver();
        } else {
          tries.pause();
        }
      } catch (InterruptException interrupted) {
        throw new InterruptedException("interrupted while talking to Kafka");
      } catch (SQLException | KafkaException | ExecutionException failure) {
        failed(failure);
        tries.pause();
      }
    }
  }

  @Override
  public void stop() {
    tries.stop();
  }

  /** Whether the loop goes round. False only where a restart would help. Any thread. */
  public boolean makesProgress() {
    return pulse.isAlive();
  }

  /**
   * Why nothing has been stored for a while, after {@link MinuteCount#NOT_STORED}; null otherwise.
   * Any thread.
   */
  @Nullable String problem() {
    return incident.lasting(StatsStreams.PROBLEM_AFTER);
  }

  private void carryOver() throws SQLException, ExecutionException, InterruptedException {
    try (TopicAdmin topics = TopicAdmin.open(kafka)) {
      topics.ensureStats();
    }
    Consumer<byte[], byte[]> consumer = consumer();
    try {
      consumer.subscribe(List.of(Topics.STATS));
      while (tries.running()) {
        pulse.beat(STEP_MAX);
        ConsumerRecords<byte[], byte[]> polled = consumer.poll(IDLE);
        Map<String, MinuteCount> latest = latest(polled);
        if (!latest.isEmpty()) {
          table.store(latest.values());
          metrics.stored(latest.size());
        }
        if (!polled.nextOffsets().isEmpty()) {
          consumer.commitSync();
        }
        trim();
        worked();
      }
    } finally {
      consumer.close(CloseOptions.timeout(CLOSE_MAX));
    }
  }

  /** Of each key the last, which is the largest. */
  private static Map<String, MinuteCount> latest(ConsumerRecords<byte[], byte[]> polled) {
    Map<String, MinuteCount> latest = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : polled) {
      if (record.value() == null) {
        continue;
      }
      try {
        MinuteCount count = MinuteCount.fromJson(record.value());
        latest.put(count.key(), count);
      } catch (IllegalArgumentException foreign) {
        log.debug("record {} of {} is no count", record.offset(), Topics.STATS, foreign);
      }
    }
    return latest;
  }

  private void trim() throws SQLException {
    long now = System.nanoTime();
    if (now - trimmedAt >= TRIM_EVERY.toNanos() && !table.trim(clock.instant(), retentionDays)) {
      trimmedAt = now;
    }
  }

  private void worked() {
    tries.worked();
    incident.over();
  }

  private void failed(Exception failure) {
    metrics.storeFailed();
    incident.failed(MinuteCount.NOT_STORED + RootCause.line(failure), failure);
  }

  private Consumer<byte[], byte[]> consumer() {
    Map<String, Object> consumer = kafka.consumer();
    consumer.put(ConsumerConfig.GROUP_ID_CONFIG, GROUP);
    consumer.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_TIMEOUT_MILLIS);
    consumer.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, HEARTBEAT_MILLIS);
    consumer.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    consumer.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    consumer.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    consumer.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, RECORDS_MAX);
    return new KafkaConsumer<>(consumer, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
