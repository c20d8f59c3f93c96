package io.skywire.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.embedded.simulator.LedgerEntry;
import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.embedded.simulator.SimulatorSettings;
import io.skywire.sink.retention.Retention;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Retention at work on a pipeline at work, whose days pass by a thousand events each. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RetentionPipelineTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int DAYS = 10;
  private static final int EVENTS_A_DAY = 1_000;
  private static final int KEPT = 2;

  /** More than are kept: what the test before has left must be gone then. */
  private static final int DAYS_BY_ITSELF = 4;

  private static final int EVENTS_A_SECOND = 1_500;
  private static final String LOCK_TIMEOUT = "55P03";

  /** More than the days that are made ahead. */
  private static final Duration WEEK = Duration.ofDays(7);

  private static Instant begun;
  private static Servers servers;
  private static RelaySimulator relay;
  private static Pipeline pipeline;

  /** How far the clock has been set forward. */
  private static volatile Duration jumped = Duration.ZERO;

  @BeforeAll
  static void start() throws SQLException {
    begun = Instant.now();
    servers = Servers.embedded();
    relay =
        RelaySimulator.start(
            SimulatorSettings.defaults().withSeed(7).withLimit(1).withRate(EVENTS_A_SECOND));
    pipeline =
        new Pipeline(
            servers,
            relay.uri(),
            6,
            RetentionPipelineTest::now,
            Map.of("EVENT_RETENTION_DAYS", Integer.toString(KEPT)));
  }

  @AfterAll
  static void stop() {
    pipeline.close();
    relay.close();
    servers.close();
  }

  /** Into the future: a broker forgets a producer whose records are days old. */
  private static Instant now() {
    return begun
        .plus(Duration.ofDays(1).multipliedBy(relay.emitted()).dividedBy(EVENTS_A_DAY))
        .plus(jumped);
  }

  /** Before the clock jumps: after a jump nothing is dropped for a day. */
  @Order(1)
  @Test
  void aReaderSeesEveryEventOnceOrIsToldThatItIsGone() throws Exception {
    try (ScheduledExecutorService sinks = Executors.newScheduledThreadPool(2)) {
      // Two more than the sink's own, which looks only every few seconds.
      AtomicReference<@Nullable SQLException> failure = new AtomicReference<>();
      for (int sink = 0; sink < 2; sink++) {
        Retention retention = new Retention(pipeline.database(), RetentionPipelineTest::now, KEPT);
        sinks.scheduleWithFixedDelay(() -> drop(retention, failure), 0, 50, TimeUnit.MILLISECONDS);
      }
      Reader quick = pipeline.reader();
      Reader slow = pipeline.reader();
      for (int day = 1; day <= DAYS; day++) {
        relay.limit((long) day * EVENTS_A_DAY);
        quick.readTo(emitted(day * EVENTS_A_DAY), PATIENCE);
        if (day == 1) {
          slow.readTo(1, PATIENCE);
        }
        if (day == DAYS / 2) {
          pipeline.stopSink();
          pipeline.startSink();
        }
        // Else the days would leap, which retention takes for a clock that has jumped.
        awaitDay(newestDay());
      }
      slow.readTo(quick.seen().getLast().seq(), PATIENCE);
      sinks.shutdown();
      assertThat(sinks.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
      assertThat((Throwable) failure.get()).isNull();

      List<LedgerEntry> ledger = relay.ledger().entries();
      long trimmed = number("select trimmed_through from retention");
      assertThat(trimmed).isGreaterThan(ledger.get((DAYS - KEPT - 3) * EVENTS_A_DAY).seq());
      long left = ledger.stream().filter(entry -> entry.seq() > trimmed).count();
      assertThat(number("select count(*) from firehose_events"))
          .isEqualTo(left)
          .isGreaterThanOrEqualTo((long) KEPT * EVENTS_A_DAY);
      assertThat(slow.pages()).anyMatch(Reader.Page::truncated);
      assertThatNothingIsMissingUnsaid(slow, ledger, trimmed);
      assertThatNothingIsMissingUnsaid(quick, ledger, trimmed);
    }
  }

  /** By itself, and after as many days as EVENT_RETENTION_DAYS says. */
  @Order(2)
  @Test
  void theSinkDropsWhatIsOlderThanTheDaysThatAreKept() throws Exception {
    for (int day = 1; day <= DAYS_BY_ITSELF; day++) {
      int events = (int) relay.emitted() + EVENTS_A_DAY;
      relay.limit(events);
      pipeline.reader().readTo(emitted(events), PATIENCE);
      awaitDay(newestDay());
    }
    long expected = newestDay() - KEPT;
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (oldestDay() < expected) {
      assertThat(System.nanoTime()).as("the sink drops what is expired").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(50);
    }
    assertThat(oldestDay()).isEqualTo(expected);
  }

  /** A jump of the clock, as the sink meets it. */
  enum Jump {
    WHILE_IT_WORKS,
    /** A week asleep; the ingester has gone on. */
    WHILE_IT_STANDS
  }

  @Order(3)
  @ParameterizedTest
  @EnumSource(Jump.class)
  void aWeekThatIsJumpedOverLacksNoPartition(Jump jump) throws Exception {
    long before = emitted(emitMore());
    Reader reader = pipeline.reader().readTo(before, PATIENCE);
    int seenBefore = reader.seen().size();
    double failures = pipeline.sinkCount("skywire.sink.failures");
    if (jump == Jump.WHILE_IT_STANDS) {
      pipeline.stopSink();
    }
    LocalDate newDay = LocalDate.ofInstant(now().plus(WEEK), ZoneOffset.UTC);
    assertThat(
            number("select count(to_regclass('firehose_events_p%tY%<tm%<td'))".formatted(newDay)))
        .as("partitions of " + newDay)
        .isZero();
    jumped = jumped.plus(WEEK);
    long last = emitted(emitMore());
    if (jump == Jump.WHILE_IT_STANDS) {
      pipeline.startSink();
      failures = 0;
    }
    reader.readTo(last, PATIENCE);

    assertThat(reader.seen().subList(seenBefore, reader.seen().size()))
        .isEqualTo(relay.ledger().after(before));
    // Not under the nearest day that was there.
    assertThat(
            number(
                "select count(*) from firehose_events where seq > %d and indexed_at >= '%s 00:00:00+00'"
                    .formatted(before, newDay)))
        .isEqualTo(relay.ledger().after(before).size());
    assertThat(pipeline.sinkCount("skywire.sink.failures")).isEqualTo(failures);
    assertThat(pipeline.sinkCount("skywire.sink.dead.letters")).isZero();
    try (LettersInTopic letters = new LettersInTopic(servers.bootstrapServers())) {
      assertThat(letters.next()).isEmpty();
    }
  }

  /** Answers how many there are then. */
  private static int emitMore() {
    int events = (int) relay.emitted() + EVENTS_A_DAY / 5;
    relay.limit(events);
    return events;
  }

  /** A lock that it did not get in time is nothing: it tries again. */
  private static void drop(Retention retention, AtomicReference<@Nullable SQLException> failure) {
    try {
      retention.dropExpired();
    } catch (SQLException failed) {
      if (!LOCK_TIMEOUT.equals(failed.getSQLState())) {
        failure.set(failed);
      }
    }
  }

  private static void assertThatNothingIsMissingUnsaid(
      Reader reader, List<LedgerEntry> ledger, long trimmed) {
    List<LedgerEntry> expected = new ArrayList<>();
    for (Reader.Page page : reader.pages()) {
      List<LedgerEntry> between = between(ledger, page);
      List<LedgerEntry> seen = between(reader.seen(), page);
      if (page.truncated()) {
        int gone = between.size() - seen.size();
        assertThat(between.subList(0, gone)).allMatch(entry -> entry.seq() <= trimmed);
        expected.addAll(between.subList(gone, between.size()));
      } else {
        expected.addAll(between);
      }
    }
    assertThat(reader.seen()).isEqualTo(expected);
    assertThat(reader.seen().getLast()).isEqualTo(ledger.getLast());
  }

  private static List<LedgerEntry> between(List<LedgerEntry> entries, Reader.Page page) {
    return entries.stream()
        .filter(entry -> entry.seq() > page.since() && entry.seq() <= page.maxSeq())
        .toList();
  }

  private static long newestDay() throws SQLException {
    return number(
        "select extract(epoch from max(indexed_at))::bigint / 86400 from firehose_events");
  }

  private static long oldestDay() throws SQLException {
    return number(
        "select extract(epoch from min(indexed_at))::bigint / 86400 from firehose_events");
  }

  /** Until retention goes by this day, counted from 1970. */
  private static void awaitDay(long day) throws SQLException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (number("select coalesce(today - date '1970-01-01', 0) from retention") < day) {
      assertThat(System.nanoTime()).as("retention looks").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private static long number(String query) throws SQLException {
    try (Connection connection = pipeline.database().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** The seq of the n-th event, once the relay has emitted it. */
  private static long emitted(int events) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (relay.emitted() < events) {
      assertThat(System.nanoTime()).as("the relay emits").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(5);
    }
    return relay.ledger().entries().get(events - 1).seq();
  }
}
