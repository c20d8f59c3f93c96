package io.skywire.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.skywire.common.topic.Topics;
import io.skywire.sink.write.EventBatch;
import io.skywire.sink.write.EventBatch.Entry;
import io.skywire.sink.write.EventBatch.Refusal;
import io.skywire.sink.write.EventBatch.Refused;
import io.skywire.sink.write.EventRow;
import io.skywire.sink.write.EventStore.Outcome;
import io.skywire.sink.write.PartitionLostException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

class SinkMetricsTest {
  private static final Instant NOW = Instant.parse("2026-07-04T12:00:00Z");
  private static final ConsumerRecord<byte[], byte[]> RECORD =
      new ConsumerRecord<>(Topics.EVENTS, 0, 0, new byte[8], new byte[2]);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final SinkMetrics metrics = new SinkMetrics(registry, InstantSource.fixed(NOW));

  @Test
  void countsWhatBecameOfABatch() {
    List<Refused> refused = List.of(new Refused(RECORD, Refusal.NOT_AN_EVENT, "no key"));
    metrics.stored(
        batch(row(NOW.minusSeconds(2), 30), row(NOW.minusSeconds(5), 12)),
        new Outcome(2, 3, refused),
        Duration.ofMillis(40));
    assertThat(count("events")).isEqualTo(2);
    assertThat(count("event")).isEqualTo(42);
    assertThat(count("drops", "repeated")).isEqualTo(3);
    assertThat(count("dead.letters", "not_an_event")).isEqualTo(1);
    assertThat(count("dead.letters", "refused_by_database")).isZero();
    assertThat(seconds("batch")).isEqualTo(0.04);
    assertThat(seconds("delay")).as("of the oldest").isEqualTo(5);
  }

  @Test
  void anIngestersClockThatIsAheadMakesNoDelay() {
    metrics.stored(batch(row(NOW.plusSeconds(9), 1)), new Outcome(1, 0, List.of()), Duration.ZERO);
    assertThat(registry.get("skywire.sink.delay").timer().count()).isEqualTo(1);
    assertThat(seconds("delay")).isZero();
  }

  @Test
  void aBatchOfWatermarksHasNoDelay() {
    metrics.stored(batch(), new Outcome(0, 0, List.of()), Duration.ofMillis(1));
    assertThat(registry.get("skywire.sink.delay").timer().count()).isZero();
  }

  @Test
  void tellsWhatWentWrong() {
    metrics.failed(new SQLException("away"));
    metrics.failed(new IllegalStateException(new SQLException("away")));
    metrics.failed(new KafkaException("away"));
    metrics.failed(new PartitionLostException(Set.of(1)));
    metrics.trimmed(2);
    assertThat(count("failures", "database")).isEqualTo(2);
    assertThat(count("failures", "kafka")).isEqualTo(1);
    assertThat(count("failures", "partition_lost")).isEqualTo(1);
    assertThat(count("gaps")).isEqualTo(2);
  }

  private static EventBatch batch(Entry... rows) {
    return new EventBatch(
        List.of(rows),
        List.of(),
        new TreeMap<>(),
        List.of(),
        0,
        rows.length,
        0,
        Map.of(),
        List.of());
  }

  private static Entry row(Instant indexedAt, int bytes) {
    return new Entry(
        RECORD,
        new EventRow(
            1, new byte[1], null, List.of(), null, indexedAt.toEpochMilli(), new byte[bytes]));
  }

  private double count(String name) {
    return registry.get("skywire.sink." + name).counter().count();
  }

  private double count(String name, String reason) {
    return registry.get("skywire.sink." + name).tag("reason", reason).counter().count();
  }

  private double seconds(String name) {
    return registry.get("skywire.sink." + name).timer().totalTime(TimeUnit.SECONDS);
  }
}
