package io.skywire.api.dashboard;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

/**
 * The disk of the data folder, on which Kafka and PostgreSQL are when all runs in one process. An
 * api that runs by itself has none: its own disk is not PostgreSQL's, which does not tell.
 */
record Disk(long freeBytes, long totalBytes) {
  /** Null where no data folder is watched. */
  static @Nullable Disk of(MeterRegistry registry) {
    Gauge free = registry.find("disk.free").gauge();
    Gauge total = registry.find("disk.total").gauge();
    return free == null || total == null
        ? null
        : new Disk((long) free.value(), (long) total.value());
  }
}
