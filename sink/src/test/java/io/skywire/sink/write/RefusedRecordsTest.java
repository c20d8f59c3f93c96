package io.skywire.sink.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.common.tracing.Tracing;
import io.skywire.sink.retention.DayPartitions;
import io.skywire.sink.write.EventBatch.Refusal;
import io.skywire.sink.write.EventBatch.Refused;
import io.skywire.sink.write.EventStore.Outcome;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

/** What becomes of a batch of which PostgreSQL, or the sink itself, does not take everything. */
class RefusedRecordsTest extends StoreSetUp {
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
  void aDayThatIsDroppedWhileRefusedRecordsAreSoughtMakesNoDeadLetters() throws Exception {
    AtomicInteger begun = new AtomicInteger();
    DataSource dropping =
        database.before(() -> {
          if (begun.incrementAndGet() == 2) {
            database.execute("drop table firehose_events_p20260704");
          }
        });
    new DayPartitions(database.pool(), InstantSource.system())
        .makeFor(List.of(TestRecords.INDEXED_AT.toEpochMilli()));
    DayPartitions partitions = new DayPartitions(database.pool(), InstantSource.system());
    EventStore watched =
        new EventStore(
            dropping,
            progress,
            partitions,
            deadLetters::addAll,
            EventEncoding.JSON,
            Tracing.none());
    assertThat(watched.store(batch(Set.of(3L)), Map.of(0, START), List.of()).refused()).hasSize(1);
    assertThat(begun).hasValue(4);
    assertThat(seqs()).containsExactlyElementsOf(seqsBut(Set.of(3L)));
    assertThat(deadLetters).hasSize(1);
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
}
