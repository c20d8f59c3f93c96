package io.skywire.sink.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.skywire.sink.SinkDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DayPartitionsTest {
  private static final Instant NOW = Instant.parse("2026-12-30T23:59:59Z");

  private SinkDatabase database;

  @BeforeEach
  void start() {
    database = SinkDatabase.create();
  }

  @AfterEach
  void stop() {
    database.close();
  }

  @Test
  void makesTodayAndThreeDaysAheadOfBothTables() throws Exception {
    partitions().makeAhead();
    assertThat(attached())
        .containsExactly(
            "firehose_event_collections_p20261230",
            "firehose_event_collections_p20261231",
            "firehose_event_collections_p20270101",
            "firehose_event_collections_p20270102",
            "firehose_events_p20261230",
            "firehose_events_p20261231",
            "firehose_events_p20270101",
            "firehose_events_p20270102");
  }

  @Test
  void makesTheDaysOfABatchAndTheyTakeItsRows() throws Exception {
    Instant last = Instant.parse("2031-01-01T23:59:59.999Z");
    Instant first = Instant.parse("1970-01-01T00:00:00Z");
    partitions().makeFor(List.of(last.toEpochMilli(), first.toEpochMilli(), last.toEpochMilli()));
    insert(1, last);
    insert(2, first);
    assertThat(database.rows("select tableoid::regclass, seq from firehose_events order by seq"))
        .containsExactly("firehose_events_p20310101,1", "firehose_events_p19700101,2");
  }

  @Test
  void twoSinksAtOnceMakeThemOnce() throws Exception {
    CyclicBarrier together = new CyclicBarrier(2);
    Callable<Void> sink =
        () -> {
          DayPartitions partitions = partitions();
          together.await();
          partitions.makeAhead();
          return null;
        };
    try (ExecutorService sinks = Executors.newFixedThreadPool(2)) {
      List<Future<Void>> made = new ArrayList<>(sinks.invokeAll(List.of(sink, sink)));
      for (Future<Void> one : made) {
        one.get();
      }
    }
    assertThat(attached()).hasSize(8);
  }

  /** Alive for PostgreSQL, as a process that was stopped is. */
  @Test
  void aSinkThatStandsStillWhileItMakesThemHoldsUpNobodyForLong() throws Exception {
    Connection stopped = database.pool().getConnection();
    stopped.setAutoCommit(false);
    DayTables.lock(stopped);
    assertTimeoutPreemptively(Duration.ofSeconds(30), () -> partitions().makeAhead());
    assertThat(attached()).hasSize(8);
    assertThat(stopped.isValid(1)).isFalse();
    database.pool().evictConnection(stopped);
  }

  @Test
  void makesAgainWhatWasDroppedOnceItForgets() throws Exception {
    DayPartitions partitions = partitions();
    partitions.makeAhead();
    database.execute("drop table firehose_events_p20261231");
    partitions.makeAhead();
    assertThat(attached()).hasSize(7);
    partitions.forget();
    partitions.makeAhead();
    assertThat(attached()).hasSize(8);
  }

  @Test
  void seesWhatWasDroppedWhenItMakesAnotherDay() throws Exception {
    DayPartitions partitions = partitions();
    partitions.makeAhead();
    database.execute("drop table firehose_events_p20261231");
    partitions.makeFor(List.of(0L));
    partitions.makeAhead();
    assertThat(attached()).hasSize(2 + 8);
  }

  @Test
  void takesUpATableThatWasDetached() throws Exception {
    DayPartitions partitions = partitions();
    partitions.makeAhead();
    insert(1, NOW);
    database.execute("alter table firehose_events detach partition firehose_events_p20261230");
    partitions.forget();
    partitions.makeFor(List.of(NOW.toEpochMilli()));
    assertThat(database.rows("select seq from firehose_events")).containsExactly("1");
  }

  @Test
  void aBrokenClockMakesSoManyPartitionsAndNoMoreAndEveryRowIsStored() throws Exception {
    DayPartitions partitions = partitions();
    partitions.makeAhead();
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int seq = 1; seq <= 300; seq++) {
      long millis = random.nextLong(Instant.parse("2100-01-01T00:00:00Z").toEpochMilli());
      partitions.makeFor(List.of(millis));
      insert(seq, Instant.ofEpochMilli(partitions.place(millis)));
    }
    assertThat(attached()).hasSize(2 * (7 + 1 + 3 + 60));
    assertThat(database.rows("select count(*) from firehose_events")).containsExactly("300");
    Instant tomorrow = NOW.plus(Duration.ofDays(10));
    new DayPartitions(database.pool(), InstantSource.fixed(tomorrow)).makeAhead();
    assertThat(attached()).as("today is made nevertheless").hasSize(2 * (7 + 1 + 3 + 60 + 4));
  }

  @Test
  void aRowOfAPresentDayIsStoredWhereItBelongsAndAnyOtherUnderTheNearest() throws Exception {
    DayPartitions partitions = partitions();
    partitions.makeAhead();
    assertThat(partitions.place(NOW.toEpochMilli())).isEqualTo(NOW.toEpochMilli());
    assertThat(Instant.ofEpochMilli(partitions.place(0))).isEqualTo("2026-12-30T00:00:00Z");
    assertThat(Instant.ofEpochMilli(partitions.place(Long.MAX_VALUE)))
        .isEqualTo("2027-01-02T23:59:59.999Z");

    partitions.makeFor(List.of(Instant.parse("2027-01-20T12:00:00Z").toEpochMilli()));
    String before = "2027-01-02T23:59:59.999Z";
    String after = "2027-01-20T00:00:00Z";
    assertThat(placed(partitions, "2027-01-03T12:00:00Z")).isEqualTo(before);
    assertThat(placed(partitions, "2027-01-11T12:00:00Z")).isEqualTo(before);
    assertThat(placed(partitions, "2027-01-12T12:00:00Z")).isEqualTo(after);
    assertThat(placed(partitions, "2027-01-19T12:00:00Z")).isEqualTo(after);
  }

  @Test
  void noDayIsTooFarAwayForARow() throws Exception {
    DayPartitions partitions = partitions();
    partitions.makeAhead();
    for (long millis : new long[] {Long.MIN_VALUE, -1, 253_402_300_799_999L, Long.MAX_VALUE}) {
      partitions.makeFor(List.of(millis));
      insert(millis, Instant.ofEpochMilli(partitions.place(millis)));
    }
    assertThat(database.rows("select count(*) from firehose_events")).containsExactly("4");
  }

  @Test
  void makesWhatOnlyOneOfTheTablesHas() throws Exception {
    DayPartitions partitions = partitions();
    partitions.makeAhead();
    database.execute("drop table firehose_event_collections_p20261231");
    partitions.forget();
    partitions.makeFor(List.of(NOW.toEpochMilli()));
    partitions.makeAhead();
    assertThat(attached()).hasSize(8);
  }

  private DayPartitions partitions() {
    return new DayPartitions(database.pool(), InstantSource.fixed(NOW));
  }

  private static Instant placed(DayPartitions partitions, String instant) {
    return Instant.ofEpochMilli(partitions.place(Instant.parse(instant).toEpochMilli()));
  }

  private void insert(long seq, Instant indexedAt) throws SQLException {
    database.execute(
        "insert into firehose_events (seq, event_type, indexed_at, event) values (%d, 'x', '%s', '{}')"
            .formatted(seq, indexedAt));
  }

  private List<String> attached() {
    return database.rows(
        """
        select inhrelid::regclass::text from pg_inherits
        where inhparent in ('firehose_events'::regclass, 'firehose_event_collections'::regclass)
        order by 1
        """);
  }
}
