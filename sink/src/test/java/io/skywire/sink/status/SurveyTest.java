package io.skywire.sink.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.skywire.common.lifecycle.LoopThread;
import io.skywire.common.settings.Variables;
import io.skywire.common.topic.KafkaSettings;
import io.skywire.sink.SinkDatabase;
import io.skywire.sink.retention.DayPartitions;
import io.skywire.sink.retention.StoredDays;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With a Kafka that nobody finds; {@code ProbesTest} has one. */
@Timeout(60)
class SurveyTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-07-01T23:59:59Z"));

  /** Longer than a test may take: the loop stops when it is told to. */
  private static final Duration STOP_MAX = Duration.ofMinutes(2);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final SurveyMetrics metrics = new SurveyMetrics(registry, CLOCK, 7);

  @Test
  void theTableIsLookedAtWhileKafkaIsAway() throws Exception {
    metrics.topic(Map.of(0, 1L));
    try (SinkDatabase database = SinkDatabase.create();
        LoopThread thread = new LoopThread("survey", survey(database), STOP_MAX)) {
      new DayPartitions(database.pool(), CLOCK).makeAhead();
      thread.start();
      await("database.reachable", 1);
      assertThat(value("table.partitions.ahead")).isEqualTo(3);
      assertThat(value("kafka.reachable")).isZero();
    }
  }

  @Test
  void aDatabaseThatIsAwayIsToldOfAndItsTableStaysWhereItWas() throws Exception {
    metrics.table(
        new TablePosition(Map.of(0, 1L), 99L, CLOCK.instant(), 0, 0), new StoredDays(1, 0, 0));
    SinkDatabase database = SinkDatabase.create();
    database.close();
    try (LoopThread thread = new LoopThread("survey", survey(database), STOP_MAX)) {
      thread.start();
      await("database.reachable", 0);
      assertThat(value("watermark.seq")).isEqualTo(99);
      assertThat(thread.isRunning()).isTrue();
    }
  }

  private Survey survey(SinkDatabase database) {
    KafkaSettings nowhere =
        KafkaSettings.from(
            new Variables(Map.of("KAFKA_BOOTSTRAP_SERVERS", "nowhere.invalid:9092")));
    return new Survey(nowhere, database.pool(), CLOCK, metrics);
  }

  private void await(String name, double expected) throws InterruptedException {
    while (value(name) != expected) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  private double value(String name) {
    return registry.get("skywire.sink." + name).gauge().value();
  }
}
