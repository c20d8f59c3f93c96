package io.skywire.sink;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.skywire.common.lifecycle.RootCause;
import io.skywire.common.metrics.Metrics;
import io.skywire.sink.write.EventBatch;
import io.skywire.sink.write.EventBatch.Entry;
import io.skywire.sink.write.EventBatch.Refusal;
import io.skywire.sink.write.EventBatch.Refused;
import io.skywire.sink.write.EventStore;
import io.skywire.sink.write.PartitionLostException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * What the sink's loop counts. What may happen is a counter at 0 from the start, so that its first
 * time is a rise.
 */
public final class SinkMetrics {
  private final InstantSource clock;
  private final Counter stored;
  private final Counter storedBytes;
  private final Counter repeated;
  private final Map<Refusal, Counter> letters = new EnumMap<>(Refusal.class);
  private final Map<Failure, Counter> failures = new EnumMap<>(Failure.class);
  private final Counter gaps;
  private final Timer batches;
  private final Timer delays;

  /** Why nothing was stored for now. */
  private enum Failure {
    DATABASE("database"),
    KAFKA("kafka"),
    /** Another sink has taken the partition over: nothing is wrong with this one. */
    PARTITION_LOST("partition_lost");

    private final String label;

    Failure(String label) {
      this.label = label;
    }

    static Failure of(Exception failure) {
      if (failure instanceof PartitionLostException) {
        return PARTITION_LOST;
      }
      return RootCause.is(failure, SQLException.class) ? DATABASE : KAFKA;
    }
  }

  /**
   * @param clock as the ingester's, whose time of an event is compared with it
   */
  public SinkMetrics(MeterRegistry registry, InstantSource clock) {
    this.clock = clock;
    stored = counter("events", "Events stored, a row each").register(registry);
    storedBytes =
        counter("event", "Bytes of the JSON of events stored").baseUnit("bytes").register(registry);
    repeated =
        counter("drops", "Records that became no row, though nothing is wrong with them")
            .tag("reason", "repeated")
            .register(registry);
    for (Refusal why : Refusal.values()) {
      letters.put(
          why,
          counter("dead.letters", "Records that could not be stored, and were kept")
              .tag("reason", why.label())
              .register(registry));
    }
    for (Failure failure : Failure.values()) {
      failures.put(
          failure,
          counter("failures", "Times that reading or storing failed and was begun anew")
              .tag("reason", failure.label)
              .register(registry));
    }
    gaps =
        counter("gaps", "Times that Kafka no longer had what came next in a partition")
            .register(registry);
    batches =
        Metrics.latency("skywire.sink.batch", "Time to store a batch, its commit included")
            .register(registry);
    delays =
        Metrics.latency(
                "skywire.sink.delay",
                "From when a batch's oldest event was indexed until it is stored")
            .register(registry);
  }

  void stored(EventBatch batch, EventStore.Outcome outcome, Duration took) {
    batches.record(took);
    stored.increment(outcome.stored());
    repeated.increment(outcome.repeated());
    for (Refused one : outcome.refused()) {
      Objects.requireNonNull(letters.get(one.why())).increment();
    }
    long bytes = 0;
    long oldest = Long.MAX_VALUE;
    for (Entry entry : batch.rows()) {
      bytes += entry.row().json().length;
      oldest = Math.min(oldest, entry.row().indexedAt());
    }
    storedBytes.increment((double) bytes);
    if (!batch.rows().isEmpty()) {
      delays.record(Duration.ofMillis(Math.max(0, clock.millis() - oldest)));
    }
  }

  void trimmed(int partitions) {
    gaps.increment(partitions);
  }

  void failed(Exception failure) {
    Objects.requireNonNull(failures.get(Failure.of(failure))).increment();
  }

  private static Counter.Builder counter(String name, String description) {
    return Counter.builder("skywire.sink." + name).description(description);
  }
}
