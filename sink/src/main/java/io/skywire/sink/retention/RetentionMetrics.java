package io.skywire.sink.retention;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Retention's counters. */
public final class RetentionMetrics {
  private final Counter dropped;
  private final Counter failures;

  public RetentionMetrics(MeterRegistry registry) {
    dropped =
        Counter.builder("skywire.sink.table.partitions.dropped")
            .description("Days whose partitions were dropped")
            .register(registry);
    failures =
        Counter.builder("skywire.sink.retention.failures")
            .description("Times that expired partitions could not be dropped")
            .register(registry);
  }

  void dropped(int days) {
    dropped.increment(days);
  }

  void failed() {
    failures.increment();
  }
}
