package io.skywire.sink.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.topic.Topics;
import io.skywire.sink.SinkDatabase;
import io.skywire.sink.write.EventBatch.Progress;
import io.skywire.sink.write.EventStore.TrimmedRange;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On Kafka's own consumer for tests, which rebalances just when it is told to. */
class EventConsumerTest {
  private static final TopicPartition ZERO = new TopicPartition(Topics.EVENTS, 0);
  private static final TopicPartition ONE = new TopicPartition(Topics.EVENTS, 1);

  private static final Duration WAIT = Duration.ofMillis(1);
  private static final BatchLimits HUNDRED = new BatchLimits(100, Long.MAX_VALUE);

  private final MockConsumer<byte[], byte[]> kafka = new MockConsumer<>("none");
  private final SinkProgress progress = new SinkProgress("topic-1");
  private SinkDatabase database;

  @BeforeEach
  void start() throws SQLException {
    database = SinkDatabase.create();
    try (Connection connection = database.pool().getConnection()) {
      progress.register(connection, Topics.EVENTS, 2);
    }
    kafka.setMaxPollRecords(4);
  }

  @AfterEach
  void stop() {
    database.close();
  }

  @Test
  void pollsAreGatheredUntilNothingMoreIsThere() {
    try (EventConsumer consumer = new EventConsumer(kafka, progress, database.pool())) {
      kafka.schedulePollTask(() -> kafka.rebalance(List.of(ZERO)));
      kafka.schedulePollTask(() -> add(0, 1, 11));
      assertThat(consumer.poll(WAIT, HUNDRED).isEmpty()).isTrue();
      EventBatch batch = consumer.poll(WAIT, HUNDRED);
      assertThat(batch.rows()).hasSize(10);
      assertThat(batch.progress()).containsExactly(Map.entry(0, new Progress(11, 10L)));
    }
    assertThat(kafka.closed()).as("has left the group").isTrue();
  }

  @Test
  void aBatchHasNoMoreThanItsEvents() {
    try (EventConsumer consumer = new EventConsumer(kafka, progress, database.pool())) {
      kafka.schedulePollTask(() -> kafka.rebalance(List.of(ZERO)));
      kafka.schedulePollTask(() -> add(0, 1, 21));
      consumer.poll(WAIT, new BatchLimits(10, Long.MAX_VALUE));
      EventBatch batch = consumer.poll(WAIT, new BatchLimits(10, Long.MAX_VALUE));
      assertThat(batch.rows()).hasSize(8);
      assertThat(batch.progress()).containsExactly(Map.entry(0, new Progress(9, 8L)));
    }
  }

  @Test
  void aBatchTakesNoMoreOnceItHasItsBytes() {
    try (EventConsumer consumer = new EventConsumer(kafka, progress, database.pool())) {
      kafka.schedulePollTask(() -> kafka.rebalance(List.of(ZERO)));
      kafka.schedulePollTask(() -> {
        for (long seq = 1; seq <= 20; seq++) {
          kafka.addRecord(TestRecords.event(0, seq, "\"" + "x".repeat(100_000) + "\""));
        }
      });
      BatchLimits limits = new BatchLimits(100, 300_000);
      consumer.poll(WAIT, limits);
      assertThat(consumer.poll(WAIT, limits).rows()).hasSize(4);
    }
  }

  @Test
  void ofAPartitionThatIsRevokedInBetweenNothingIsStored() {
    try (EventConsumer consumer = new EventConsumer(kafka, progress, database.pool())) {
      kafka.schedulePollTask(() -> kafka.rebalance(List.of(ZERO, ONE)));
      kafka.schedulePollTask(() -> {
        add(0, 1, 3);
        add(1, 1, 3);
      });
      kafka.schedulePollTask(() -> {
        kafka.rebalance(List.of(ONE));
        add(1, 3, 6);
      });
      consumer.poll(WAIT, HUNDRED);
      EventBatch batch = consumer.poll(WAIT, HUNDRED);
      assertThat(batch.progress()).containsExactly(Map.entry(1, new Progress(6, 5L)));
      assertThat(batch.rows()).hasSize(5);
      assertThat(batch.rows()).allMatch(entry -> entry.source().partition() == 1);
      assertThat(consumer.progress()).containsOnlyKeys(1);
    }
  }

  @Test
  void aPartitionThatComesBackInBetweenIsReadFromTheTable() {
    try (EventConsumer consumer = new EventConsumer(kafka, progress, database.pool())) {
      kafka.schedulePollTask(() -> kafka.rebalance(List.of(ZERO)));
      kafka.schedulePollTask(() -> add(0, 1, 5));
      kafka.schedulePollTask(() -> {
        kafka.rebalance(List.of());
        database.execute(
            "update sink_progress set next_offset = 4, watermark_seq = 3 where partition = 0");
        kafka.rebalance(List.of(ZERO));
        add(0, 4, 7);
      });
      consumer.poll(WAIT, HUNDRED);
      EventBatch batch = consumer.poll(WAIT, HUNDRED);
      assertThat(batch.rows()).extracting(entry -> entry.row().seq()).containsExactly(4L, 5L, 6L);
      assertThat(batch.progress()).containsExactly(Map.entry(0, new Progress(7, 6L)));
      assertThat(consumer.progress()).containsExactly(Map.entry(0, new Progress(4, 3L)));
    }
  }

  /** Compared with the table's: what lies between is markers and aborted records. */
  @Test
  void aPartitionIsWhereItWasStoredAndNotAtItsFirstRecord() {
    try (EventConsumer consumer = storedTo(4)) {
      add(0, 7, 9);
      assertThat(next(consumer).rows()).hasSize(2);
      assertThat(consumer.progress()).containsExactly(Map.entry(0, new Progress(5, 4L)));
    }
  }

  @Test
  void aGapOfTrimmedRecordsEndsAfterTheWatermarkThatComesFirst() {
    try (EventConsumer consumer = storedTo(4)) {
      trimTo(7);
      kafka.addRecord(TestRecords.watermark(0, 7, 6));
      EventBatch batch = next(consumer);
      assertThat(consumer.trimmedBefore(batch))
          .containsExactly(new TrimmedRange("skywire.events/0", 4, 7));
      consumer.stored(batch);
      add(0, 8, 10);
      assertThat(consumer.trimmedBefore(next(consumer))).as("told once").isEmpty();
    }
  }

  @Test
  void aGapOfTrimmedRecordsEndsAtTheEventThatComesFirst() {
    try (EventConsumer consumer = storedTo(4)) {
      trimTo(7);
      add(0, 7, 9);
      assertThat(consumer.trimmedBefore(next(consumer)))
          .containsExactly(new TrimmedRange("skywire.events/0", 4, 7));
    }
  }

  @Test
  void whenTheWatermarkThatComesFirstIsStoredThereIsNoGap() {
    try (EventConsumer consumer = storedTo(4)) {
      trimTo(7);
      kafka.addRecord(TestRecords.watermark(0, 7, 4));
      assertThat(consumer.trimmedBefore(next(consumer))).isEmpty();
    }
  }

  @Test
  void whenTheNextSeqComesFirstThereIsNoGap() {
    try (EventConsumer consumer = storedTo(4)) {
      // Markers and watermarks were trimmed, and no event.
      trimTo(7);
      kafka.addRecord(TestRecords.event(0, 7, 5, "{}"));
      assertThat(consumer.trimmedBefore(next(consumer))).isEmpty();
    }
  }

  @Test
  void aGapAtTheBeginningOfAllIsFromZero() {
    try (EventConsumer consumer = new EventConsumer(kafka, progress, database.pool())) {
      kafka.schedulePollTask(() -> kafka.rebalance(List.of(ZERO)));
      consumer.poll(WAIT, HUNDRED);
      trimTo(7);
      add(0, 7, 9);
      assertThat(consumer.trimmedBefore(next(consumer)))
          .containsExactly(new TrimmedRange("skywire.events/0", 0, 7));
    }
  }

  @Test
  void whatWasReadBeforeAGapIsStoredBeforeItIsTold() {
    try (EventConsumer consumer = storedTo(4)) {
      kafka.schedulePollTask(() -> add(0, 5, 7));
      kafka.schedulePollTask(() -> {
        trimTo(9);
        add(0, 9, 10);
      });
      EventBatch before = consumer.poll(WAIT, HUNDRED);
      assertThat(before.rows()).hasSize(2);
      assertThat(consumer.trimmedBefore(before)).isEmpty();
      consumer.stored(before);
      assertThat(consumer.trimmedBefore(next(consumer)))
          .containsExactly(new TrimmedRange("skywire.events/0", 6, 9));
    }
  }

  @Test
  void aPartitionThatComesBackAfterAnotherSinkHasToldOfItsGapTellsOfNone() {
    try (EventConsumer consumer = storedTo(4)) {
      trimTo(7);
      kafka.schedulePollTask(() -> add(0, 7, 9));
      assertThat(consumer.poll(WAIT, HUNDRED).isEmpty()).isTrue();
      kafka.schedulePollTask(() -> {
        kafka.rebalance(List.of());
        database.execute(
            "update sink_progress set next_offset = 9, watermark_seq = 8 where partition = 0");
        kafka.rebalance(List.of(ZERO));
        kafka.addRecord(TestRecords.event(0, 9, 12, "{}"));
      });
      EventBatch batch = next(consumer);
      assertThat(batch.rows()).extracting(entry -> entry.row().seq()).containsExactly(12L);
      assertThat(consumer.trimmedBefore(batch)).isEmpty();
    }
  }

  /** Reads partition 0, whose offsets are its seqs, from after this one. */
  private EventConsumer storedTo(long seq) {
    database.execute(
        "update sink_progress set next_offset = %d, watermark_seq = %d where partition = 0"
            .formatted(seq + 1, seq));
    EventConsumer consumer = new EventConsumer(kafka, progress, database.pool());
    kafka.schedulePollTask(() -> kafka.rebalance(List.of(ZERO)));
    assertThat(consumer.poll(WAIT, HUNDRED).isEmpty()).isTrue();
    return consumer;
  }

  private void trimTo(long offset) {
    kafka.updateBeginningOffsets(Map.of(ZERO, offset));
  }

  /** The first poll may only find that its offset is gone. */
  private static EventBatch next(EventConsumer consumer) {
    EventBatch batch = consumer.poll(WAIT, HUNDRED);
    return batch.isEmpty() ? consumer.poll(WAIT, HUNDRED) : batch;
  }

  private void add(int partition, long from, long to) {
    for (long offset = from; offset < to; offset++) {
      kafka.addRecord(TestRecords.event(partition, offset, "{}"));
    }
  }
}
