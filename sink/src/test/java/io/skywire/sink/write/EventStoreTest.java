package io.skywire.sink.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.common.topic.Gap;
import io.skywire.common.tracing.Tracing;
import io.skywire.sink.retention.DayPartitions;
import io.skywire.sink.write.EventBatch.Entry;
import io.skywire.sink.write.EventBatch.Progress;
import io.skywire.sink.write.EventStore.Outcome;
import io.skywire.sink.write.EventStore.TrimmedRange;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class EventStoreTest extends StoreSetUp {
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
          public EncodedEvents encode(List<EventRow> rows) {
            return JSON.encode(rows);
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
            encoding,
            Tracing.none())) {
      EventBatch batch = batch(Set.of());
      watched.store(batch, Map.of(0, START), List.of());
      watched.learn(batch);
    }
    assertThat(told).containsExactly("begin", "learn 20", "close");
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
  void rowsWhoseProgressCannotBeStoredAreNotStored() {
    refuse("53100", "before update on sink_progress for each row");
    assertThatThrownBy(() -> store.store(batch(Set.of()), Map.of(0, START), List.of()))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("no space");
    assertNothingStored();
  }

  @Test
  void eachFurtherCollectionOfAnEventHasARow() throws Exception {
    List<ConsumerRecord<byte[], byte[]>> records =
        List.of(
            TestRecords.collections(TestRecords.event(0, 1, "{}"), "a.b.c,d.e.f,g.h.i"),
            TestRecords.collections(TestRecords.event(0, 2, "{}"), "a.b.c"));
    store.store(TestRecords.batch(0, START, records), Map.of(0, START), List.of());
    assertThat(database.rows("select collection, seq from firehose_event_collections order by 1"))
        .containsExactly("d.e.f,1", "g.h.i,1");
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
  void aDayThatIsDroppedAgainAndAgainIsGivenUpAndNothingIsStored() {
    AtomicInteger dropped = new AtomicInteger();
    DataSource dropping =
        database.before(() -> {
          dropped.incrementAndGet();
          database.execute("drop table firehose_events_p20260704");
        });
    EventStore watched =
        new EventStore(
            dropping,
            progress,
            new DayPartitions(database.pool(), InstantSource.system()),
            deadLetters::addAll,
            EventEncoding.JSON,
            Tracing.none());
    assertThatThrownBy(() -> watched.store(batch(Set.of()), Map.of(0, START), List.of()))
        .isInstanceOf(SQLException.class);
    assertThat(dropped).hasValue(3);
    assertNothingStored();
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
}
