package io.skywire.sink.status;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.skywire.sink.retention.StoredDays;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Survey} has found, as gauges; what nobody knows is not a number. The survey's
 * thread writes, any thread reads.
 */
public final class SurveyMetrics {
  private static final double MILLIS_A_SECOND = 1000;
  private static final long DAY_SECONDS = Duration.ofDays(1).toSeconds();

  private final MeterRegistry registry;
  private final InstantSource clock;
  private final Set<Integer> shown = new HashSet<>();
  private volatile @Nullable TablePosition table;
  private volatile @Nullable StoredDays days;
  private volatile Map<Integer, Long> ends = Map.of();
  private volatile Instant lookedAt = Instant.EPOCH;
  private volatile boolean tableReached;
  private volatile boolean topicReached;

  /**
   * @param retentionDays how many days are to be kept, told for comparison
   */
  public SurveyMetrics(MeterRegistry registry, InstantSource clock, int retentionDays) {
    this.registry = registry;
    this.clock = clock;
    gauge("database.reachable", "1 while the database answers", null, m -> m.tableReached ? 1 : 0);
    gauge("kafka.reachable", "1 while Kafka answers", null, m -> m.topicReached ? 1 : 0);
    ofTable(
        "watermark.seq",
        "Every event at or below it can be read",
        null,
        found -> {
          Long seq = found.watermark();
          return seq == null ? Double.NaN : seq;
        });
    gauge(
        "lag",
        "Age of the newest event that can be read, 0 while the topic has nothing more",
        "seconds",
        SurveyMetrics::lagSeconds);
    ofTable(
        "trimmed.through.seq",
        "The highest seq dropped by retention",
        null,
        found -> found.trimmedThrough());
    ofTable("database.size", "Size of the database", "bytes", found -> found.bytes());
    ofDays("table.partitions", "Days that have a partition in each table", null, StoredDays::count);
    ofDays(
        "table.partitions.ahead",
        "Days after today that have a partition, without a break; -1: not even today has one",
        null,
        StoredDays::ahead);
    ofDays(
        "oldest.partition.age",
        "For how long the day of the oldest partition has been over, at least",
        "seconds",
        stored -> Math.max(0, stored.past() - 1) * DAY_SECONDS);
    gauge(
        "retention",
        "How much is to be kept besides today",
        "seconds",
        metrics -> retentionDays * DAY_SECONDS);
  }

  void table(TablePosition position, StoredDays stored) {
    table = position;
    days = stored;
    lookedAt = clock.instant();
    tableReached = true;
  }

  void tableAway() {
    tableReached = false;
  }

  void topic(Map<Integer, Long> endsByPartition) {
    ends = endsByPartition;
    topicReached = true;
    for (Integer partition : endsByPartition.keySet()) {
      if (shown.add(partition)) {
        Gauge.builder("skywire.sink.consumer.lag", this, metrics -> metrics.lag(partition))
            .description(
                "Offsets of the topic that no sink has stored yet: events, watermarks, ends of transactions")
            .baseUnit("records")
            .tag("partition", partition.toString())
            .strongReference(true)
            .register(registry);
      }
    }
  }

  void topicAway() {
    topicReached = false;
    ends = Map.of();
  }

  private double lag(int partition) {
    TablePosition position = table;
    Long end = ends.get(partition);
    Long next = position == null ? null : position.nextOffsets().get(partition);
    return end == null || next == null ? Double.NaN : Math.max(0, end - next);
  }

  private double lagSeconds() {
    TablePosition position = table;
    Instant newestAt = position == null ? null : position.newestAt();
    if (newestAt == null || ends.isEmpty()) {
      return Double.NaN;
    }
    boolean more = ends.keySet().stream().anyMatch(partition -> lag(partition) > 0);
    // The age when it was looked at; what cannot be looked at grows older.
    Instant now = tableReached ? lookedAt : clock.instant();
    return more ? Math.max(0, Duration.between(newestAt, now).toMillis() / MILLIS_A_SECOND) : 0;
  }

  private void ofTable(
      String name,
      String description,
      @Nullable String unit,
      Function<TablePosition, Number> value) {
    gauge(
        name,
        description,
        unit,
        metrics -> {
          TablePosition position = metrics.table;
          return position == null ? Double.NaN : value.apply(position).doubleValue();
        });
  }

  private void ofDays(
      String name, String description, @Nullable String unit, Function<StoredDays, Number> value) {
    gauge(
        name,
        description,
        unit,
        metrics -> {
          StoredDays stored = metrics.days;
          return stored == null ? Double.NaN : value.apply(stored).doubleValue();
        });
  }

  private void gauge(
      String name,
      String description,
      @Nullable String unit,
      ToDoubleFunction<SurveyMetrics> value) {
    Gauge.builder("skywire.sink." + name, this, value)
        .description(description)
        .baseUnit(unit)
        .strongReference(true)
        .register(registry);
  }
}
