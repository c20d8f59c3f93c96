package io.skywire.sink.retention;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.skywire.common.lifecycle.Backoff;
import io.skywire.common.lifecycle.LoopThread;
import io.skywire.sink.SinkDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

@Timeout(60)
class RetentionLoopTest {
  private static final Instant OLD = Instant.parse("2026-07-01T12:00:00Z");
  private static final Instant NOW = Instant.parse("2026-07-20T12:00:00Z");

  /** Longer than the test may take: the loop stops when it is told to. */
  private static final Duration STOP_MAX = Duration.ofMinutes(2);

  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

  @Test
  void countsWhatFailsAndGoesOnTryingUntilItWorksAndTellsOfBothOnce() throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger(RetentionLoop.class);
    ListAppender<ILoggingEvent> told = new ListAppender<>();
    told.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(told);
    try (SinkDatabase database = SinkDatabase.create()) {
      DayPartitions partitions = new DayPartitions(database.pool(), InstantSource.fixed(NOW));
      partitions.makeFor(List.of(OLD.toEpochMilli(), NOW.toEpochMilli()));
      database.execute("insert into sink_topics values ('topic', 'skywire.events', 1)");
      database.execute("insert into sink_progress values ('topic', 0, 0, 2)");
      database.execute(
          """
          insert into firehose_events (seq, event_type, indexed_at, event)
          values (1, 'commit', '%s', '{}'), (2, 'commit', '%s', '{}')
          """
              .formatted(OLD, NOW));
      database.execute("alter table retention rename to mislaid");
      database.execute("create table retention ()");
      RetentionLoop loop =
          new RetentionLoop(
              new Retention(database.pool(), InstantSource.fixed(NOW), 7),
              new RetentionMetrics(metrics),
              new Backoff(Duration.ofMillis(1), Duration.ofMillis(10), new Random(1)));
      try (LoopThread thread = new LoopThread("retention", loop, STOP_MAX)) {
        thread.start();
        awaitCount("skywire.sink.retention.failures", 3);
        database.execute("drop table retention");
        database.execute("alter table mislaid rename to retention");
        awaitCount("skywire.sink.table.partitions.dropped", 1);
        assertThat(database.rows("select seq from firehose_events")).containsExactly("2");
        assertThat(thread.done().toCompletableFuture()).isNotDone();
      }
    } finally {
      logger.detachAppender(told);
      logger.setLevel(null);
    }
    List<String> lines =
        told.list.stream()
            .filter(line -> line.getLevel().isGreaterOrEqual(Level.INFO))
            .map(ILoggingEvent::getFormattedMessage)
            .toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst())
        .startsWith("what has expired could not be dropped: ")
        .endsWith("; trying again");
    assertThat(lines.getLast()).startsWith("retention works again, ");
  }

  private void awaitCount(String name, int least) throws InterruptedException {
    while (metrics.find(name).counters().stream().mapToDouble(c -> c.count()).sum() < least) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }
}
