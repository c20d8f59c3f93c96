package io.skywire.sink.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.common.topic.Gap;
import io.skywire.sink.SinkDatabase;
import io.skywire.sink.retention.DayPartitions;
import io.skywire.sink.write.EventBatch.Entry;
import io.skywire.sink.write.EventBatch.Progress;
import io.skywire.sink.write.EventBatch.Refusal;
import io.skywire.sink.write.EventBatch.Refused;
import io.skywire.sink.write.EventStore.Outcome;
import io.skywire.sink.write.EventStore.TrimmedRange;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import javax.sql.DataSource;
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
    assertThat(store.store(batch(Set.of()), Map.of(0, START), List.of()))
        .isEqualTo(new Outcome(20, 0, List.of()));
    assertThat(seqs()).containsExactlyElementsOf(seqsBut(Set.of()));
    assertThat(stored()).containsExactly("21,20");
    assertThat(deadLetters).isEmpty();
    assertThat(
            database.rows("select from pg_inherits where inhparent = 'firehose_events'::regclass"))
        .as("today's partition and those of the next days are made too")
        .hasSizeGreaterThanOrEqualTo(4);
  }

  @Test
  void itsEncodingIsToldOfATransactionOfWhatIsStoredAndOfTheEnd() throws Exception {
    List<String> told = new ArrayList<>();
    EventEncoding encoding =
        new EventEncoding() {
          @Override
          public void begin(Connection transaction) {
            told.add("begin");
          }

          @Override
          public void write(BinaryCopy copy, byte[] json) throws SQLException {
            JSON.write(copy, json);
          }

          @Override
          public void learn(List<Entry> stored) {
            told.add("learn " + stored.size());
          }

          @Override
          public void close() {
            told.add("close");
          }
        };
    try (EventStore watched =
        new EventStore(
            database.pool(),
            progress,
            new DayPartitions(database.pool(), InstantSource.system()),
            deadLetters::addAll,
            encoding)) {
      EventBatch batch = batch(Set.of());
      watched.store(batch, Map.of(0, START), List.of());
      watched.learn(batch);
    }
    assertThat(told).containsExactly("begin", "learn 20", "close");
  }

  @Test
  void everyRefusedRecordIsADeadLetterAndTheRestIsStored() throws Exception {
    Set<Long> refused = Set.of(1L, 8L, 9L, 20L);
    assertThat(store.store(batch(refused), Map.of(0, START), List.of()).stored()).isEqualTo(16);
    assertThat(seqs()).containsExactlyElementsOf(seqsBut(refused));
    assertThat(deadLetters)
        .extracting(letter -> ByteBuffer.wrap(letter.source().key()).getLong())
        .containsExactlyInAnyOrderElementsOf(refused);
    assertThat(deadLetters).allSatisfy(letter -> assertThat(letter.detail()).contains("22P02"));
    assertThat(stored()).containsExactly("21,20");
  }

  @Test
  void aBatchOfNothingButBadRecordsIsPassed() throws Exception {
    Set<Long> all = LongStream.rangeClosed(1, 20).boxed().collect(Collectors.toSet());
    assertThat(store.store(batch(all), Map.of(0, START), List.of()).refused()).hasSize(20);
    assertThat(seqs()).isEmpty();
    assertThat(stored()).containsExactly("21,20");
  }

  /** Somebody has added what refuses whatever comes: it is not the events' fault. */
  @Test
  void aTableThatRefusesEveryRowHoldsThemUpAndMakesNoDeadLetters() throws Exception {
    refuse("23502", "before insert on firehose_events for each row");
    assertThatThrownBy(() -> store.store(batch(Set.of()), Map.of(0, START), List.of()))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("the table refuses every row");
    assertNothingStored();

    database.execute("drop trigger fail on firehose_events");
    assertThat(store.store(batch(Set.of()), Map.of(0, START), List.of()).stored()).isEqualTo(20);
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
  void aRecordThatIsNoEventIsADeadLetterAndTheRestIsStored() throws Exception {
    Outcome outcome = store.store(batchWithoutAnEvent(), Map.of(0, START), List.of());
    assertThat(outcome.stored()).isEqualTo(1);
    assertThat(outcome.repeated()).isZero();
    assertThat(deadLetters).extracting(Refused::why).containsExactly(Refusal.NOT_AN_EVENT);
    assertThat(outcome.refused()).isEqualTo(deadLetters);
    assertThat(seqs()).containsExactly("1");
  }

  @Test
  void nothingIsStoredWhenItsDeadLetterCannotBeSent() {
    EventStore withoutKafka =
        storeWith(refused -> {
          throw new KafkaException("away");
        });
    assertThatThrownBy(() -> withoutKafka.store(batchWithoutAnEvent(), Map.of(0, START), List.of()))
        .isInstanceOf(KafkaException.class);
    assertNothingStored();
  }

  private static EventBatch batchWithoutAnEvent() {
    return TestRecords.batch(
        0, START, List.of(TestRecords.event(0, 1, "{}"), TestRecords.replay(2, "nonsense", "{}")));
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

  /** As a sink leaves it that was stopped before its commit, and has lost its partition. */
  @Test
  void anOpenTransactionOfAnotherIsEndedAndThePartitionGoesOn() throws Exception {
    try (Connection other = database.pool().getConnection()) {
      other.setAutoCommit(false);
      assertThat(progress.advance(other, batch(Set.of()).progress(), Map.of(0, START))).isTrue();
      assertThatThrownBy(() -> store.store(batch(Set.of()), Map.of(0, START), List.of()))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("lock timeout");
      assertThatThrownBy(other::commit).isInstanceOf(SQLException.class);
    }
    store.store(batch(Set.of()), Map.of(0, START), List.of());
    assertThat(seqs()).containsExactlyElementsOf(seqsBut(Set.of()));
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
  void aDayThatIsDroppedBehindItsBackIsMadeAgainAtOnce() throws Exception {
    store.store(batch(Set.of()), Map.of(0, START), List.of());
    database.execute("drop table firehose_events_p20260704");
    EventBatch next = batch(21, Set.of(23L));
    assertThat(store.store(next, Map.of(0, new Progress(21, 20L)), List.of()).refused()).hasSize(1);
    assertThat(seqs()).hasSize(19).doesNotContain("20", "23").contains("21", "40");
    assertThat(stored()).containsExactly("41,40");
    assertThat(deadLetters).hasSize(1);
  }

  @Test
  void aDayThatIsDroppedWhileRefusedRecordsAreSoughtMakesNoDeadLetters() throws Exception {
    AtomicInteger begun = new AtomicInteger();
    DataSource dropping =
        onConnection(() -> {
          if (begun.incrementAndGet() == 2) {
            database.execute("drop table firehose_events_p20260704");
          }
        });
    new DayPartitions(database.pool(), InstantSource.system())
        .makeFor(List.of(TestRecords.INDEXED_AT.toEpochMilli()));
    DayPartitions partitions = new DayPartitions(database.pool(), InstantSource.system());
    EventStore watched =
        new EventStore(dropping, progress, partitions, deadLetters::addAll, EventEncoding.JSON);
    assertThat(watched.store(batch(Set.of(3L)), Map.of(0, START), List.of()).refused()).hasSize(1);
    assertThat(begun).hasValue(4);
    assertThat(seqs()).containsExactlyElementsOf(seqsBut(Set.of(3L)));
    assertThat(deadLetters).hasSize(1);
  }

  @Test
  void aDayThatIsDroppedAgainAndAgainIsGivenUpAndNothingIsStored() {
    AtomicInteger dropped = new AtomicInteger();
    DataSource dropping =
        onConnection(() -> {
          dropped.incrementAndGet();
          database.execute("drop table firehose_events_p20260704");
        });
    EventStore watched =
        new EventStore(
            dropping,
            progress,
            new DayPartitions(database.pool(), InstantSource.system()),
            deadLetters::addAll,
            EventEncoding.JSON);
    assertThatThrownBy(() -> watched.store(batch(Set.of()), Map.of(0, START), List.of()))
        .isInstanceOf(SQLException.class);
    assertThat(dropped).hasValue(3);
    assertNothingStored();
  }

  /** The database, with something to be done before each of its connections is used. */
  private DataSource onConnection(Runnable before) {
    return (DataSource)
        Proxy.newProxyInstance(
            DataSource.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              before.run();
              return method.invoke(database.pool(), arguments);
            });
  }

  @Test
  void anEventOfADayThatCannotBeMadeIsStoredUnderTheNearest() throws Exception {
    Instant lastOfAll = Instant.parse("9999-12-31T12:00:00Z");
    ConsumerRecord<byte[], byte[]> late = TestRecords.at(lastOfAll, TestRecords.event(0, 1, "{}"));
    List<ConsumerRecord<byte[], byte[]>> records =
        List.of(TestRecords.collections(late, "a.b.c,d.e.f"), TestRecords.event(0, 2, "{}"));
    store.store(TestRecords.batch(0, START, records), Map.of(0, START), List.of());
    assertThat(seqs()).containsExactly("1", "2");
    assertThat(
            database.rows(
                """
                select seq from firehose_event_collections
                join firehose_events using (seq, indexed_at)
                where indexed_at < '9999-12-31'
                """))
        .containsExactly("1");
  }

  @Test
  void rowsOfAnySizeAreStoredAsTheyAre() throws Exception {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    // Sent to PostgreSQL in pieces of 128 KiB: some rows fill one just so, some are larger.
    for (int length : new int[] {130_980, 131_072, 300_000}) {
      for (int more = -20; more < 0; more++) {
        long seq = records.size() + 1L;
        String json = '"' + "x".repeat(length / (1 + records.size() % 2) + more) + '"';
        records.add(TestRecords.event(0, seq, json));
        expected.add(seq + "," + json);
      }
    }
    store.store(TestRecords.batch(0, START, records), Map.of(0, START), List.of());
    assertThat(database.rows("select seq, event from firehose_events order by seq"))
        .isEqualTo(expected);
    assertThat(deadLetters).isEmpty();
  }

  @Test
  void jsonNestedDeeperThanPostgresGoesIsRefusedAndAsDeepAsTheDecoderGoesIsStored()
      throws Exception {
    List<ConsumerRecord<byte[], byte[]>> records =
        List.of(
            TestRecords.event(0, 1, "[".repeat(500_000) + "]".repeat(500_000)),
            TestRecords.event(0, 2, "[".repeat(500) + "]".repeat(500)));
    Outcome outcome =
        store.store(TestRecords.batch(0, START, records), Map.of(0, START), List.of());
    assertThat(outcome.refused())
        .singleElement()
        .satisfies(refused -> {
          assertThat(refused.why()).isEqualTo(Refusal.REFUSED_BY_DATABASE);
          assertThat(refused.detail()).startsWith("54001");
        });
    assertThat(seqs()).containsExactly("2");
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
        letters,
        EventEncoding.JSON);
  }

  /** Seqs 1 to 20; PostgreSQL refuses those that are named. */
  private static EventBatch batch(Set<Long> refused) {
    return batch(1, refused);
  }

  private static EventBatch batch(long first, Set<Long> refused) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (long seq = first; seq < first + 20; seq++) {
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
    refuse("53100", "before insert on firehose_events for each row when (new.seq = " + seq + ")");
  }

  private void refuse(String state, String when) {
    database.execute(
        """
        create function fail() returns trigger language plpgsql as $$
        begin
          raise exception 'no space left on device' using errcode = '%s';
        end $$
        """
            .formatted(state));
    database.execute("create trigger fail %s execute function fail()".formatted(when));
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
