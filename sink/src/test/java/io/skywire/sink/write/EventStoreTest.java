package io.skywire.sink.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.common.topic.Gap;
import io.skywire.sink.SinkDatabase;
import io.skywire.sink.retention.DayPartitions;
import io.skywire.sink.write.EventBatch.Progress;
import io.skywire.sink.write.EventBatch.Refused;
import io.skywire.sink.write.EventStore.TrimmedRange;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventStoreTest {
  private static final Progress START = new Progress(0, null);
  private static final String NO_JSON = "{";

  private final SinkProgress progress = new SinkProgress("topic-1");
  private final List<Refused> deadLetters = new ArrayList<>();
  private SinkDatabase database;
  private EventStore store;

  @BeforeEach
  void start() throws SQLException {
    database = SinkDatabase.create();
    try (Connection connection = database.pool().getConnection()) {
      progress.register(connection, "skywire.events", 1);
    }
    store = storeWith(deadLetters::addAll);
  }

  @AfterEach
  void stop() {
    database.close();
  }

  @Test
  void rowsAndProgressAreStoredTogether() throws Exception {
    assertThat(store.store(batch(Set.of()), Map.of(0, START), List.of())).isZero();
    assertThat(seqs()).containsExactlyElementsOf(seqsBut(Set.of()));
    assertThat(stored()).containsExactly("21,20");
    assertThat(deadLetters).isEmpty();
  }

  @Test
  void everyRefusedRecordIsADeadLetterAndTheRestIsStored() throws Exception {
    Set<Long> refused = Set.of(1L, 8L, 9L, 20L);
    assertThat(store.store(batch(refused), Map.of(0, START), List.of())).isEqualTo(4);
    assertThat(seqs()).containsExactlyElementsOf(seqsBut(refused));
    assertThat(deadLetters)
        .extracting(letter -> ByteBuffer.wrap(letter.source().key()).getLong())
        .containsExactlyInAnyOrderElementsOf(refused);
    assertThat(deadLetters).allSatisfy(letter -> assertThat(letter.detail()).contains("22P02"));
    assertThat(stored()).containsExactly("21,20");
  }

  @Test
  void aDatabaseErrorInMidBatchStoresNothing() {
    failAt(11);
    assertThatThrownBy(() -> store.store(batch(Set.of()), Map.of(0, START), List.of()))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("no space");
    assertNothingStored();
  }

  @Test
  void aDatabaseErrorWhileRefusedRecordsAreSoughtStoresNothing() {
    failAt(11);
    assertThatThrownBy(() -> store.store(batch(Set.of(3L)), Map.of(0, START), List.of()))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("no space");
    assertNothingStored();
  }

  @Test
  void nothingIsStoredWhenADeadLetterCannotBeSent() {
    EventStore withoutKafka =
        storeWith(refused -> {
          throw new KafkaException("away");
        });
    assertThatThrownBy(() -> withoutKafka.store(batch(Set.of(3L)), Map.of(0, START), List.of()))
        .isInstanceOf(KafkaException.class);
    assertNothingStored();
  }

  @Test
  void aSinkThatHasLostItsPartitionStoresNothing() throws Exception {
    store.store(batch(Set.of()), Map.of(0, START), List.of());
    assertThatThrownBy(() -> store.store(batch(Set.of()), Map.of(0, START), List.of()))
        .isInstanceOf(PartitionLostException.class);
    assertThat(seqs()).hasSize(20);
    assertThat(stored()).containsExactly("21,20");
  }

  @Test
  void whatKafkaNoLongerHadIsAGap() throws Exception {
    store.store(
        batch(Set.of()), Map.of(0, START), List.of(new TrimmedRange("skywire.events/0", 0, 1)));
    assertThat(database.rows("select relay, from_seq, to_seq from gaps"))
        .containsExactly("skywire.events/0,0,1");
  }

  @Test
  void aGapIsStoredOnceWithTheWatermarkThatPassesIt() throws Exception {
    Gap gap = new Gap("relay.example", 0, 1, "the relay skipped", TestRecords.INDEXED_AT);
    List<ConsumerRecord<byte[], byte[]>> records =
        List.of(
            TestRecords.gap(0, 0, gap), TestRecords.gap(0, 1, gap), TestRecords.event(0, 2, "{}"));
    EventBatch batch = TestRecords.batch(0, START, records);
    failAt(2);
    assertThatThrownBy(() -> store.store(batch, Map.of(0, START), List.of()))
        .isInstanceOf(SQLException.class);
    assertThat(database.rows("select from gaps")).isEmpty();

    database.execute("drop trigger fail on firehose_events");
    store.store(batch, Map.of(0, START), List.of());
    assertThat(
            database.rows(
                "select relay, from_seq, to_seq, reason, detected_at at time zone 'UTC' from gaps"))
        .containsExactly("relay.example,0,1,the relay skipped,2026-07-04 14:38:09.012");
  }

  private EventStore storeWith(EventStore.DeadLetters letters) {
    return new EventStore(
        database.pool(),
        progress,
        new DayPartitions(database.pool(), InstantSource.system()),
        letters);
  }

  /** Seqs 1 to 20; PostgreSQL refuses those that are named. */
  private static EventBatch batch(Set<Long> refused) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (long seq = 1; seq <= 20; seq++) {
      records.add(TestRecords.event(0, seq, refused.contains(seq) ? NO_JSON : "{}"));
    }
    return TestRecords.batch(0, START, records);
  }

  private static List<String> seqsBut(Set<Long> refused) {
    return LongStream.rangeClosed(1, 20)
        .filter(seq -> !refused.contains(seq))
        .mapToObj(Long::toString)
        .toList();
  }

  /** The disk is full as soon as this seq is written. */
  private void failAt(long seq) {
    database.execute(
        """
        create function fail() returns trigger language plpgsql as $$
        begin
          raise exception 'no space left on device' using errcode = '53100';
        end $$
        """);
    database.execute(
        """
        create trigger fail before insert on firehose_events
        for each row when (new.seq = %d) execute function fail()
        """
            .formatted(seq));
  }

  private void assertNothingStored() {
    assertThat(seqs()).isEmpty();
    assertThat(stored()).containsExactly("0,");
    assertThat(deadLetters).isEmpty();
  }

  private List<String> seqs() {
    return database.rows("select seq from firehose_events order by seq");
  }

  private List<String> stored() {
    return database.rows("select next_offset, watermark_seq from sink_progress");
  }
}
