package io.skywire.sink.stats;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * What Kafka Streams and the store of its counts do. What a thread has counted before it failed is
 * counted again by its successor here, though not in the counts themselves. Any thread.
 */
public final class StatsMetrics {
  private final Counter counted;
  private final Map<Uncounted, Counter> uncounted = new EnumMap<>(Uncounted.class);
  private final Counter routed;
  private final Counter streamsFailures;
  private final Counter stored;
  private final Counter storeFailures;
  private final MeterRegistry registry;

  /** Why an event is in no count, or in none more. */
  enum Uncounted {
    /** Its {@code indexed_at} is far beyond the sink's clock. */
    AHEAD("ahead"),
    /** Its minute is over for so long that its counts are no longer kept. */
    LATE("late"),
    /** An operator has set the cursor back. */
    REPEATED("repeated"),
    /** A replayed dead letter that was an event before. */
    REPLAYED("replayed");

    private final String label;

    Uncounted(String label) {
      this.label = label;
    }
  }

  public StatsMetrics(MeterRegistry registry) {
    this.registry = registry;
    counted = counter("stats.events", "Events looked at for the counts");
    for (Uncounted why : Uncounted.values()) {
      uncounted.put(
          why,
          Counter.builder("skywire.sink.stats.uncounted")
              .description("Events that are in no count, or were in it already")
              .tag("reason", why.label)
              .register(registry));
    }
    routed = counter("routed.events", "Events sent on to topics of their own, each topic counts");
    streamsFailures =
        counter("streams.failures", "Times that Kafka Streams failed and was begun anew");
    stored =
        counter("stats.rows", "Counts stored in the table of counts, again and again as they grow");
    storeFailures = counter("stats.failures", "Times that counts could not be stored or trimmed");
  }

  void watchStreams(BooleanSupplier isRunning, BooleanSupplier isWaiting) {
    Gauge.builder("skywire.sink.streams.running", isRunning, one -> one.getAsBoolean() ? 1 : 0)
        .description(
            "1 while Kafka Streams works, 0 while it starts, shares out its work or has failed")
        .strongReference(true)
        .register(registry);
    Gauge.builder("skywire.sink.stats.waiting", isWaiting, one -> one.getAsBoolean() ? 1 : 0)
        .description("1 while counts wait until the sink has caught up, ten minutes at most")
        .strongReference(true)
        .register(registry);
  }

  void watchStorage(BooleanSupplier isStoring) {
    Gauge.builder("skywire.sink.stats.storing", isStoring, one -> one.getAsBoolean() ? 1 : 0)
        .description(
            "1 while counts are stored as they come, 0 when that has failed for a minute or has"
                + " ended")
        .strongReference(true)
        .register(registry);
  }

  void counted() {
    counted.increment();
  }

  void uncounted(Uncounted why, long events) {
    Objects.requireNonNull(uncounted.get(why)).increment((double) events);
  }

  void routed(int topics) {
    routed.increment(topics);
  }

  void streamsFailed() {
    streamsFailures.increment();
  }

  void stored(int rows) {
    stored.increment(rows);
  }

  void storeFailed() {
    storeFailures.increment();
  }

  private Counter counter(String name, String description) {
    return Counter.builder("skywire.sink." + name).description(description).register(registry);
  }
}
