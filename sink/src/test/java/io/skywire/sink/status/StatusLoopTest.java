package io.skywire.sink.status;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.skywire.common.lifecycle.Backoff;
import io.skywire.common.lifecycle.LoopThread;
import io.skywire.common.topic.DeadLetterCounts;
import io.skywire.common.topic.IngesterStatus;
import io.skywire.common.topic.Topics;
import io.skywire.sink.SinkDatabase;
import io.skywire.sink.stats.StreamsState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

class StatusLoopTest {
  private static final TopicPartition STATUS = new TopicPartition(Topics.STATUS, 0);
  private static final Duration PAUSE = Duration.ofMillis(10);

  /** Longer than a test may take: the loop stops when it is told to. */
  private static final Duration STOP_MAX = Duration.ofMinutes(2);

  private final AtomicBoolean kafkaAway = new AtomicBoolean(true);
  private final AtomicInteger failures = new AtomicInteger();
  private final StoringProblem storing = new StoringProblem(InstantSource.system());
  private volatile SinkReport report =
      new SinkReport(null, new DeadLetterCounts(Instant.EPOCH, null, Map.of()));
  private final Logger log = (Logger) LoggerFactory.getLogger(StatusLoop.class);
  private final ListAppender<ILoggingEvent> told = new ListAppender<>();

  @BeforeEach
  void listen() {
    log.setLevel(Level.INFO);
    log.setAdditive(false);
    told.start();
    log.addAppender(told);
  }

  @AfterEach
  void listenNoMore() {
    log.detachAppender(told);
    log.setAdditive(true);
    log.setLevel(null);
  }

  @Test
  @Timeout(60)
  void theHeartbeatTellsWhatIsWrongWithKafkaAndElseWhyNothingIsStored() throws Exception {
    try (SinkDatabase database = SinkDatabase.create()) {
      StatusLoop status = loop(database, StatusLoopTest::consumer);
      try (LoopThread thread = new LoopThread("status", status, STOP_MAX)) {
        storing.failed("No space left on device");
        thread.start();
        awaitHeartbeat(database, "f,no route to the broker");
        while (failures.get() < 3) {
          TimeUnit.MILLISECONDS.sleep(5);
        }
        assertThat(status.reachesBoth()).isFalse();
        kafkaAway.set(false);
        awaitHeartbeat(database, "t,No space left on device");
        storing.stored();
        awaitHeartbeat(database, "t,");
        assertThat(status.reachesBoth()).isTrue();
        report = new SinkReport(new StreamsState(false, "too old"), report.deadLetters());
        awaitRow(
            database,
            "select streams_problem, dead_letters ->> 'since' from sink_heartbeats",
            "too old,1970-01-01T00:00:00Z");
      }
    }
    assertThat(told.list.stream().map(ILoggingEvent::getFormattedMessage))
        .satisfiesExactly(
            away ->
                assertThat(away)
                    .isEqualTo("Kafka cannot be reached: no route to the broker; trying again"),
            back -> assertThat(back).startsWith("Kafka is reached again, "));
  }

  @Test
  @Timeout(60)
  void aStatusIsCarriedOverAndWhatIsNoneIsLeftOut() throws Exception {
    kafkaAway.set(false);
    byte[] status =
        new IngesterStatus("relay.example", true, null, 7L, 0, null, Instant.EPOCH, null).toJson();
    MockConsumer<byte[], byte[]> kafka = consumer();
    kafka.schedulePollTask(() -> {
      kafka.addRecord(record(0, null));
      kafka.addRecord(record(1, new byte[] {'?'}));
      kafka.addRecord(record(2, status));
    });
    try (SinkDatabase database = SinkDatabase.create();
        LoopThread thread = new LoopThread("status", loop(database, () -> kafka), STOP_MAX)) {
      thread.start();
      awaitRow(
          database,
          "select relay, cursor_seq, topic_id, topic_offset from firehose_cursor",
          "relay.example,7,topic-1,2");
    }
    assertThat(kafka.closed()).isTrue();
  }

  @Test
  @Timeout(60)
  void aBrokerThatDoesNotAnswerAnyMoreIsToldOf() throws Exception {
    kafkaAway.set(false);
    MockConsumer<byte[], byte[]> silent =
        new MockConsumer<>("none") {
          @Override
          public synchronized Map<TopicPartition, Long> endOffsets(
              Collection<TopicPartition> partitions, Duration timeout) {
            throw new KafkaException("no answer");
          }
        };
    silent.updateBeginningOffsets(Map.of(STATUS, 0L));
    try (SinkDatabase database = SinkDatabase.create();
        LoopThread thread = new LoopThread("status", loop(database, () -> silent), STOP_MAX)) {
      thread.start();
      awaitHeartbeat(database, "f,no answer");
    }
  }

  @Test
  @Timeout(60)
  void betweenTwoTriesThereIsAPause() throws Exception {
    try (SinkDatabase database = SinkDatabase.create();
        LoopThread thread =
            new LoopThread(
                "status",
                loop(database, StatusLoopTest::consumer, Duration.ofHours(1)),
                STOP_MAX)) {
      thread.start();
      awaitHeartbeat(database, "f,no route to the broker");
      // A try takes milliseconds.
      TimeUnit.MILLISECONDS.sleep(300);
      assertThat(failures).hasValue(1);
    }
  }

  private StatusLoop loop(SinkDatabase database, Supplier<Consumer<byte[], byte[]>> consumers) {
    return loop(database, consumers, PAUSE);
  }

  private StatusLoop loop(
      SinkDatabase database, Supplier<Consumer<byte[], byte[]>> consumers, Duration pause) {
    return new StatusLoop(
        this::topicId,
        consumers,
        new StatusTables(database.pool(), "one"),
        storing,
        () -> report,
        new Backoff(pause, pause, new Random(1)));
  }

  private static void awaitHeartbeat(SinkDatabase database, String expected)
      throws InterruptedException {
    awaitRow(database, "select kafka_reachable, problem from sink_heartbeats", expected);
  }

  private static void awaitRow(SinkDatabase database, String sql, String expected)
      throws InterruptedException {
    while (!database.rows(sql).equals(List.of(expected))) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private String topicId() {
    if (kafkaAway.get()) {
      failures.incrementAndGet();
      throw new KafkaException("no route to the broker");
    }
    return "topic-1";
  }

  private static MockConsumer<byte[], byte[]> consumer() {
    MockConsumer<byte[], byte[]> kafka = new MockConsumer<>("none");
    kafka.updateBeginningOffsets(Map.of(STATUS, 0L));
    kafka.updateEndOffsets(Map.of(STATUS, 0L));
    return kafka;
  }

  private static ConsumerRecord<byte[], byte[]> record(long offset, byte @Nullable [] value) {
    return new ConsumerRecord<>(Topics.STATUS, 0, offset, new byte[0], value);
  }
}
