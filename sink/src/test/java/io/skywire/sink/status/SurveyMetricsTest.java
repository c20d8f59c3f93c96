package io.skywire.sink.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.skywire.sink.retention.StoredDays;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SurveyMetricsTest {
  private static final Instant NEWEST = Instant.parse("2026-07-01T12:00:00Z");

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private Instant now = NEWEST.plusSeconds(5);
  private final SurveyMetrics metrics = new SurveyMetrics(registry, () -> now, 7);

  @Test
  void whatNobodyKnowsYetIsNoNumber() {
    for (String name :
        new String[] {"watermark.seq", "lag", "table.partitions.ahead", "database.size"}) {
      assertThat(value(name)).isNaN();
    }
    assertThat(value("database.reachable")).isZero();
    assertThat(value("kafka.reachable")).isZero();
    assertThat(value("retention")).isEqualTo(7 * 86_400);
  }

  @Test
  void aTableThatHasAllOfTheTopicIsNotBehind() {
    metrics.topic(Map.of(0, 10L, 1, 20L));
    metrics.table(position(Map.of(0, 10L, 1, 21L)), new StoredDays(4, 3, 2));
    assertThat(lag(0)).isZero();
    assertThat(lag(1)).isZero();
    assertThat(value("lag")).isZero();
    assertThat(value("watermark.seq")).isEqualTo(99);
    assertThat(value("trimmed.through.seq")).isEqualTo(12);
    assertThat(value("database.size")).isEqualTo(4_096);
    assertThat(value("database.reachable")).isEqualTo(1);
    assertThat(value("kafka.reachable")).isEqualTo(1);
    assertThat(value("table.partitions")).isEqualTo(4);
    assertThat(value("table.partitions.ahead")).isEqualTo(3);
    assertThat(value("oldest.partition.age")).isEqualTo(86_400);
  }

  @Test
  void aTableThatIsBehindIsSoByRecordsAndByTheAgeOfItsNewestEventWhenItWasLookedAt() {
    metrics.topic(Map.of(0, 10L, 1, 20L));
    metrics.table(position(Map.of(0, 10L, 1, 15L)), new StoredDays(4, 3, 0));
    now = now.plusSeconds(3);
    assertThat(lag(0)).isZero();
    assertThat(lag(1)).isEqualTo(5);
    assertThat(value("lag")).isEqualTo(5);
  }

  @Test
  void whileTheDatabaseIsAwayTheTableFallsBehind() {
    metrics.topic(Map.of(0, 10L));
    metrics.table(position(Map.of(0, 10L)), new StoredDays(4, 3, 0));
    metrics.tableAway();
    metrics.topic(Map.of(0, 400L));
    now = now.plusSeconds(60);
    assertThat(value("database.reachable")).isZero();
    assertThat(lag(0)).isEqualTo(390);
    assertThat(value("lag")).isEqualTo(65);
  }

  @Test
  void whileKafkaIsAwayNobodyKnowsHowFarTheTableIsBehind() {
    metrics.topic(Map.of(0, 10L));
    metrics.table(position(Map.of(0, 5L)), new StoredDays(4, 3, 0));
    metrics.topicAway();
    assertThat(value("kafka.reachable")).isZero();
    assertThat(lag(0)).isNaN();
    assertThat(value("lag")).isNaN();
  }

  private static TablePosition position(Map<Integer, Long> nextOffsets) {
    return new TablePosition(nextOffsets, 99L, NEWEST, 12, 4_096);
  }

  private double lag(int partition) {
    return registry
        .get("skywire.sink.consumer.lag")
        .tag("partition", Integer.toString(partition))
        .gauge()
        .value();
  }

  private double value(String name) {
    return registry.get("skywire.sink." + name).gauge().value();
  }
}
