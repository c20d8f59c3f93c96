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
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Retention at work on a pipeline at work, whose days pass by a thousand events each. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RetentionPipelineTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int DAYS = 10;
  private static final int EVENTS_A_DAY = 1_000;
  private static final int KEPT = 2;
  private static final String LOCK_TIMEOUT = "55P03";

  @Test
  void aReaderSeesEveryEventOnceOrIsToldThatItIsGone() throws Exception {
    try (Servers servers = Servers.embedded();
        RelaySimulator relay =
            RelaySimulator.start(
                SimulatorSettings.defaults().withSeed(7).withLimit(1).withRate(1_500));
        ScheduledExecutorService sinks = Executors.newScheduledThreadPool(2)) {
      // Into the future: a broker forgets a producer whose records are days old.
      Instant start = Instant.now();
      InstantSource clock =
          () ->
              start.plus(Duration.ofDays(1).multipliedBy(relay.emitted()).dividedBy(EVENTS_A_DAY));
      try (Pipeline pipeline =
          new Pipeline(
              servers,
              relay.uri(),
              6,
              clock,
              Map.of("EVENT_RETENTION_DAYS", Integer.toString(KEPT)))) {
        // Two more than the sink's own, which looks only every few seconds.
        AtomicReference<@Nullable SQLException> failure = new AtomicReference<>();
        for (int sink = 0; sink < 2; sink++) {
          Retention retention = new Retention(pipeline.database(), clock, KEPT);
          sinks.scheduleWithFixedDelay(
              () -> drop(retention, failure), 0, 50, TimeUnit.MILLISECONDS);
        }
        Reader quick = pipeline.reader();
        Reader slow = pipeline.reader();
        for (int day = 1; day <= DAYS; day++) {
          relay.limit((long) day * EVENTS_A_DAY);
          quick.readTo(emitted(relay, day * EVENTS_A_DAY), PATIENCE);
          if (day == 1) {
            slow.readTo(1, PATIENCE);
          }
          if (day == DAYS / 2) {
            pipeline.stopSink();
            pipeline.startSink();
          }
          // Else the days would leap, which retention takes for a clock that has jumped.
          awaitDay(pipeline, newestDay(pipeline));
        }
        slow.readTo(quick.seen().getLast().seq(), PATIENCE);
        sinks.shutdown();
        assertThat(sinks.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        assertThat((Throwable) failure.get()).isNull();

        List<LedgerEntry> ledger = relay.ledger().entries();
        long trimmed = number(pipeline, "select trimmed_through from retention");
        assertThat(trimmed).isGreaterThan(ledger.get((DAYS - KEPT - 3) * EVENTS_A_DAY).seq());
        long left = ledger.stream().filter(entry -> entry.seq() > trimmed).count();
        assertThat(number(pipeline, "select count(*) from firehose_events"))
            .isEqualTo(left)
            .isGreaterThanOrEqualTo((long) KEPT * EVENTS_A_DAY);
        assertThat(slow.pages()).anyMatch(Reader.Page::truncated);
        assertThatNothingIsMissingUnsaid(slow, ledger, trimmed);
        assertThatNothingIsMissingUnsaid(quick, ledger, trimmed);
      }
    }
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

  private static long newestDay(Pipeline pipeline) throws SQLException {
    return number(
        pipeline,
        "select extract(epoch from max(indexed_at))::bigint / 86400 from firehose_events");
  }

  /** Until retention goes by this day, counted from 1970. */
  private static void awaitDay(Pipeline pipeline, long day)
      throws SQLException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (number(pipeline, "select coalesce(today - date '1970-01-01', 0) from retention") < day) {
      assertThat(System.nanoTime()).as("retention looks").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private static long number(Pipeline pipeline, String query) throws SQLException {
    try (Connection connection = pipeline.database().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** The seq of the n-th event, once the relay has emitted it. */
  private static long emitted(RelaySimulator relay, int events) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (relay.emitted() < events) {
      assertThat(System.nanoTime()).as("the relay emits").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(5);
    }
    return relay.ledger().entries().get(events - 1).seq();
  }
}
