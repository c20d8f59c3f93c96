package io.skywire.api.dashboard;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far the table has got.
 *
 * @param watermark every event at or below it can be read, null when nothing can
 * @param newestReadableAt when that was indexed
 * @param topic whose partitions these are, null before the first
 * @param partitions all of them, also those of which nothing is stored yet
 * @param rates null until something was counted
 */
record Progress(
    @Nullable Long watermark,
    @Nullable Instant newestReadableAt,
    @Nullable String topic,
    List<Partition> partitions,
    Throughput.@Nullable Rates rates) {
  /**
   * A partition of the topic.
   *
   * @param nextOffset where the sinks go on, null before the first batch
   * @param watermark every event of the partition at or below it is stored
   * @param movedAt when that was stored
   */
  record Partition(
      int partition,
      @Nullable Long nextOffset,
      @Nullable Long watermark,
      @Nullable Instant movedAt) {}
}
