package io.skywire.sink.status;

import io.skywire.common.lifecycle.Backoff;
import io.skywire.common.lifecycle.Incident;
import io.skywire.common.lifecycle.Loop;
import io.skywire.common.lifecycle.Pulse;
import io.skywire.common.lifecycle.RootCause;
import io.skywire.common.topic.IngesterStatus;
import io.skywire.common.topic.Topics;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the ingester's status from its topic into the database, and renews this sink's heartbeat
 * every second. Every sink does so; what is older than what is stored changes nothing. One thread.
 */
public final class StatusLoop implements Loop {
  private static final Logger log = LoggerFactory.getLogger(StatusLoop.class);

  private static final TopicPartition STATUS = new TopicPartition(Topics.STATUS, 0);
  private static final Duration HEARTBEAT = Duration.ofSeconds(1);
  private static final Duration SILENT_AFTER = Duration.ofSeconds(10);
  private static final Duration KAFKA_ANSWER_MAX = Duration.ofSeconds(2);

  /** Asks Kafka for the id of the status topic as it is now. */
  public interface TopicId {
    String ask() throws ExecutionException, InterruptedException;
  }

  private final TopicId topicId;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final StatusTables tables;
  private final StoringProblem storing;
  private final Supplier<SinkReport> report;
  private final Backoff backoff;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Pulse heartbeats = new Pulse(Duration.ZERO, System::nanoTime);
  private final Incident kafka = new Incident(log, "Kafka is reached", System::nanoTime);

  /**
   * @param consumers without a reset of offsets: when the topic is made again, reading begins anew
   * @param storing told with the heartbeat, unless Kafka cannot be reached either
   * @param report what else is told with it
   */
  public StatusLoop(
      TopicId topicId,
      Supplier<Consumer<byte[], byte[]>> consumers,
      StatusTables tables,
      StoringProblem storing,
      Supplier<SinkReport> report,
      Backoff backoff) {
    this.topicId = topicId;
    this.consumers = consumers;
    this.tables = tables;
    this.storing = storing;
    this.report = report;
    this.backoff = backoff;
  }

  @Override
  public void run() throws InterruptedException {
    while (running()) {
      try {
        carryOver(topicId.ask());
      } catch (InterruptException interrupted) {
        throw new InterruptedException("interrupted while talking to Kafka");
      } catch (KafkaException | ExecutionException away) {
        sayThatKafkaIsAway(away);
        pause();
      } catch (SQLException away) {
        log.debug("the status could not be stored", away);
        pause();
      }
    }
  }

  private void carryOver(String topic) throws SQLException {
    try (Consumer<byte[], byte[]> consumer = consumers.get()) {
      consumer.assign(List.of(STATUS));
      consumer.seekToBeginning(List.of(STATUS));
      while (running()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(HEARTBEAT)) {
          store(topic, record);
        }
        heartbeat(consumer);
        backoff.reset();
      }
    }
  }

  private void sayThatKafkaIsAway(Exception away) {
    try {
      heartbeatWithoutKafka(away);
    } catch (SQLException notStored) {
      log.debug("nor could the heartbeat be stored", notStored);
    }
  }

  private void heartbeatWithoutKafka(Exception away) throws SQLException {
    String problem = RootCause.line(away);
    kafka.failed("Kafka cannot be reached: " + problem, away);
    tables.heartbeat(false, problem, report.get());
  }

  private void pause() throws InterruptedException {
    stopped.await(backoff.next().toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void stop() {
    stopped.countDown();
  }

  /** Whether a heartbeat of the last seconds has reached Kafka and the database. Any thread. */
  public boolean reachesBoth() {
    return heartbeats.isAlive();
  }

  private boolean running() {
    return stopped.getCount() > 0;
  }

  private void store(String topic, ConsumerRecord<byte[], byte[]> record) throws SQLException {
    if (record.value() == null) {
      return;
    }
    try {
      tables.store(topic, record.offset(), IngesterStatus.fromJson(record.value()));
    } catch (IllegalArgumentException foreign) {
      log.debug("record {} of {} is no status", record.offset(), Topics.STATUS, foreign);
    }
  }

  private void heartbeat(Consumer<byte[], byte[]> consumer) throws SQLException {
    try {
      consumer.endOffsets(List.of(STATUS), KAFKA_ANSWER_MAX);
      kafka.over();
      tables.heartbeat(true, storing.words(), report.get());
      heartbeats.beat(SILENT_AFTER);
    } catch (KafkaException away) {
      heartbeatWithoutKafka(away);
    }
  }
}
