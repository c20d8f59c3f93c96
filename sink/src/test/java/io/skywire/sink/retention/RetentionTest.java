package io.skywire.sink.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.sink.SinkDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ten events a day: 1 to 10 on the first, 11 to 20 on the second. */
class RetentionTest {
  private static final LocalDate FIRST = LocalDate.parse("2026-07-01");
  private static final int KEPT = 7;
  private static final String WAITED_TOO_LONG = "55P03";

  private SinkDatabase database;
  private Instant now = noon(1);

  @BeforeEach
  void start() {
    database = SinkDatabase.create();
    database.execute("insert into sink_topics values ('topic', 'skywire.events', 1)");
    database.execute("insert into sink_progress values ('topic', 0, 0, null)");
  }

  @AfterEach
  void stop() {
    database.close();
  }

  @Test
  void dropsWholeDaysOfBothTablesAndSaysUpToWhere() throws Exception {
    for (int day = 1; day <= 10; day++) {
      events(day);
      retention().dropExpired();
    }
    assertThat(seqs()).containsExactlyElementsOf(seqs(21, 100));
    assertThat(trimmedThrough()).isEqualTo(20);
    assertThat(database.rows("select min(seq) from firehose_event_collections"))
        .containsExactly("21");
    assertThat(database.rows("select relname from pg_class where relname ~ '_p202607(01|02)$'"))
        .isEmpty();
  }

  @Test
  void keepsAllForASinkThatSleepsUntilSomethingNewIsStored() throws Exception {
    daysUpTo(3);
    now = noon(20);
    assertThat(retention().dropExpired()).isZero();
    assertThat(seqs()).hasSize(30);
  }

  @Test
  void keepsAllFromDayToDayWhileNothingNewIsStored() throws Exception {
    daysUpTo(3);
    for (int day = 4; day <= 12; day++) {
      now = noon(day);
      assertThat(retention().dropExpired()).isZero();
    }
    assertThat(seqs()).hasSize(30);
  }

  @Test
  void aSinksClockThatIsAMonthAheadDropsNothing() throws Exception {
    daysUpTo(8);
    now = noon(8 + 30);
    partitions().makeAhead();
    assertThat(retention().dropExpired()).isZero();
    assertThat(seqs()).hasSize(80);
    now = noon(9);
    events(9);
    assertThat(retention().dropExpired())
        .as("the first day, and four that were made ahead")
        .isEqualTo(5);
    assertThat(trimmedThrough()).isEqualTo(10);
  }

  @Test
  void anIngestersClockThatWasAMonthAheadDropsNothingBeforeItsTime() throws Exception {
    daysUpTo(8);
    stored(81, 90, noon(8 + 30));
    assertThat(retention().dropExpired()).isZero();
    for (int day = 9; day <= 15; day++) {
      now = noon(day);
      stored(day * 10L + 1, day * 10L + 10, now);
      retention().dropExpired();
      assertThat(seqs()).as("day %d", day).contains("81", "90");
    }
    now = noon(16);
    stored(161, 170, now);
    retention().dropExpired();
    assertThat(seqs())
        .as("its own time is over, whatever date it has")
        .containsExactlyElementsOf(seqs(91, 170));
    assertThat(trimmedThrough()).isEqualTo(90);
  }

  @Test
  void aWholeMachineThatIsAMonthAheadForHoursDropsNothing() throws Exception {
    daysUpTo(8);
    for (int hour = 0; hour < 23; hour++) {
      now = noon(8 + 30).plus(Duration.ofHours(hour));
      stored(81 + hour, 81 + hour, now);
      assertThat(retention().dropExpired()).isZero();
    }
    now = noon(9);
    stored(104, 110, now);
    assertThat(retention().dropExpired()).isPositive();
    assertThat(trimmedThrough()).isEqualTo(10);
    assertThat(seqs()).containsExactlyElementsOf(seqs(11, 110));
  }

  @Test
  void afterALongSleepItTakesADayToBelieveTheClock() throws Exception {
    daysUpTo(8);
    now = noon(50);
    stored(81, 90, now);
    assertThat(retention().dropExpired()).isZero();
    now = noon(51);
    stored(91, 100, now);
    assertThat(retention().dropExpired()).isPositive();
    assertThat(seqs()).containsExactlyElementsOf(seqs(81, 100));
  }

  @Test
  void whatAnIngesterWhoseClockIsBehindSendsIsKeptForItsTime() throws Exception {
    daysUpTo(8);
    stored(81, 90, Instant.parse("1970-01-01T00:00:00Z"));
    assertThat(retention().dropExpired()).isZero();
    now = noon(9);
    stored(91, 100, now);
    retention().dropExpired();
    assertThat(seqs()).containsExactlyElementsOf(seqs(11, 100));
  }

  @Test
  void aLateEventFindsAPartitionAndGoesWithoutAnotherClaim() throws Exception {
    daysUpTo(10);
    assertThat(trimmedThrough()).isEqualTo(20);
    stored(5, 5, noon(1));
    assertThat(seqs()).contains("5");
    assertThat(retention().dropExpired()).isEqualTo(1);
    assertThat(trimmedThrough()).isEqualTo(20);
    assertThat(seqs()).containsExactlyElementsOf(seqs(21, 100));
  }

  @Test
  void nothingGoesThatCouldNotBeReadYet() throws Exception {
    daysUpTo(8);
    database.execute("update sink_progress set watermark_seq = 9");
    now = noon(9);
    insert(91, 100, now);
    assertThat(retention().dropExpired()).isZero();
    database.execute("update sink_progress set watermark_seq = 10");
    assertThat(retention().dropExpired()).isEqualTo(1);
  }

  @Test
  void twoSinksAtOnceDropADayOnce() throws Exception {
    daysUpTo(8);
    now = noon(9);
    stored(81, 90, now);
    CyclicBarrier together = new CyclicBarrier(2);
    Callable<Integer> sink =
        () -> {
          Retention retention = retention();
          together.await();
          return retention.dropExpired();
        };
    int dropped = 0;
    try (ExecutorService sinks = Executors.newFixedThreadPool(2)) {
      for (Future<Integer> one : sinks.invokeAll(List.of(sink, sink))) {
        dropped += one.get();
      }
    }
    assertThat(dropped).isEqualTo(1);
    assertThat(trimmedThrough()).isEqualTo(10);
  }

  @Test
  void givesUpSoonForALongReaderAndLeavesAllAsItWas() throws Exception {
    daysUpTo(8);
    now = noon(9);
    stored(81, 90, now);
    try (Connection reader = database.pool().getConnection();
        Statement statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      statement.execute("select from firehose_events where seq = 90");
      assertGivesUpSoon();
      reader.rollback();
    }
    assertThat(retention().dropExpired()).isEqualTo(1);
  }

  @Test
  void aDayStaysWhereReadersCannotBeToldOfItsEnd() throws Exception {
    daysUpTo(8);
    now = noon(9);
    stored(81, 90, now);
    database.execute(
        """
        create function fail() returns trigger language plpgsql as $$
        begin
          raise exception 'no space left on device' using errcode = '53100';
        end $$
        """);
    database.execute(
        """
        create trigger fail before update of trimmed_through on retention
        for each row execute function fail()
        """);
    assertThatThrownBy(() -> retention().dropExpired())
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("no space");
    assertThat(seqs()).hasSize(90);
  }

  @Test
  void givesUpSoonForASinkThatMakesPartitionsAndLeavesAllAsItWas() throws Exception {
    daysUpTo(8);
    now = noon(9);
    stored(81, 90, now);
    try (Connection another = database.pool().getConnection()) {
      another.setAutoCommit(false);
      DayTables.lock(another);
      assertGivesUpSoon();
      another.rollback();
    }
    assertThat(retention().dropExpired()).isEqualTo(1);
  }

  @Test
  void aDayThatGetsANewerEventBeforeItIsDroppedIsKept() throws Exception {
    daysUpTo(8);
    now = noon(9);
    stored(81, 90, now);
    AtomicInteger connections = new AtomicInteger();
    DataSource interrupted =
        database.before(() -> {
          if (connections.incrementAndGet() == 2) {
            database.execute(
                "insert into firehose_events (seq, event_type, indexed_at, event)"
                    + " values (91, 'commit', '%s', '{}')".formatted(noon(1)));
          }
        });
    assertThat(new Retention(interrupted, () -> now, KEPT).dropExpired()).isZero();
    assertThat(connections).hasValue(2);
    assertThat(trimmedThrough()).isZero();
    assertThat(seqs()).hasSize(91);
  }

  @Test
  void whatAClockThatWasAMonthAheadHasMadeGoesWhileNoDayIsOldYet() throws Exception {
    now = noon(1 + 30);
    partitions().makeAhead();
    events(1);
    assertThat(retention().dropExpired()).isEqualTo(4);
    assertThat(seqs()).hasSize(10);
  }

  @Test
  void aLateEventUnderADayThatIsKeptHoldsUpNothing() throws Exception {
    daysUpTo(10);
    stored(5, 5, noon(9));
    now = noon(11);
    stored(101, 110, now);
    assertThat(retention().dropExpired()).isEqualTo(1);
    assertThat(trimmedThrough()).isEqualTo(30);
    assertThat(seqs()).hasSize(81).contains("5");
  }

  @Test
  void leavesADatabaseWithoutTheSchemaAlone() throws Exception {
    try (SinkDatabase empty = SinkDatabase.empty()) {
      now = noon(1);
      assertThat(new Retention(empty.pool(), () -> now, KEPT).dropExpired()).isZero();
    }
  }

  @Test
  void leavesEventsAloneBeforeThereIsATableForWhatWasDropped() throws Exception {
    events(1);
    database.execute("alter table retention rename to mislaid");
    assertThat(retention().dropExpired()).isZero();
  }

  @Test
  void dropsNothingWhenItCouldNotSayUpToWhere() throws Exception {
    daysUpTo(8);
    now = noon(9);
    stored(81, 90, now);
    database.execute("delete from retention");
    assertThatThrownBy(() -> retention().dropExpired())
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("has lost its row");
    assertThat(seqs()).hasSize(90);
  }

  private void assertGivesUpSoon() {
    long before = System.nanoTime();
    assertThatThrownBy(() -> retention().dropExpired())
        .isInstanceOfSatisfying(
            SQLException.class,
            failure -> assertThat(failure.getSQLState()).isEqualTo(WAITED_TOO_LONG));
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
    assertThat(trimmedThrough()).isZero();
    assertThat(seqs()).hasSize(90);
  }

  /** Events of the days from the first to this one, each followed by a look. */
  private void daysUpTo(int last) throws SQLException {
    for (int day = 1; day <= last; day++) {
      events(day);
      retention().dropExpired();
    }
  }

  private void events(int day) throws SQLException {
    now = noon(day);
    stored(day * 10L - 9, day * 10L, now);
  }

  /** As a sink does it: partitions, rows, watermark. */
  private void stored(long first, long last, Instant indexedAt) throws SQLException {
    insert(first, last, indexedAt);
    database.execute(
        "update sink_progress set watermark_seq = greatest(watermark_seq, %d)".formatted(last));
  }

  private void insert(long first, long last, Instant indexedAt) throws SQLException {
    DayPartitions partitions = partitions();
    partitions.makeAhead();
    partitions.makeFor(List.of(indexedAt.toEpochMilli()));
    database.execute(
        """
        insert into firehose_events (seq, event_type, indexed_at, event)
        select seq, 'commit', '%s', '{}' from generate_series(%d, %d) seq
        """
            .formatted(indexedAt, first, last));
    database.execute(
        """
        insert into firehose_event_collections
        select 'a.b.c', seq, '%s' from generate_series(%d, %d) seq
        """
            .formatted(indexedAt, first, last));
  }

  private DayPartitions partitions() {
    return new DayPartitions(database.pool(), () -> now, KEPT);
  }

  private Retention retention() {
    return new Retention(database.pool(), () -> now, KEPT);
  }

  private static Instant noon(int day) {
    return FIRST.plusDays(day - 1L).atTime(12, 0).toInstant(ZoneOffset.UTC);
  }

  private long trimmedThrough() {
    return Long.parseLong(database.rows("select trimmed_through from retention").getFirst());
  }

  private List<String> seqs() {
    return database.rows("select seq from firehose_events order by seq");
  }

  private static List<String> seqs(long first, long last) {
    return LongStream.rangeClosed(first, last).mapToObj(Long::toString).toList();
  }
}
