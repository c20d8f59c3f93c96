package io.skywire.sink.write;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How large the next batch may be: small while the sink keeps up, larger while full batches are
 * stored quickly, half as large after one that was slow or failed. So the time of a batch stays far
 * below that after which the group takes a sink for dead, and one that PostgreSQL cannot store in
 * time is not tried again as it was. Outlives the sink's connections; one thread, and any that asks
 * whether it is behind.
 */
public final class BatchPace {
  private static final int EVENTS_AT_FIRST = 500;

  /** Twice as many records take twice as long at most, which must not be slow. */
  private static final Duration QUICK = Duration.ofSeconds(2);

  private static final Duration SLOW = Duration.ofSeconds(10);

  private final BatchLimits most;
  private final LongSupplier nanoTime;
  private int eventsMax;
  private int storing;
  private long weight;
  private long began;
  private volatile boolean behind;

  /**
   * @param most what no batch is larger than
   * @param nanoTime as {@link System#nanoTime}
   */
  public BatchPace(BatchLimits most, LongSupplier nanoTime) {
    this.most = most;
    this.nanoTime = nanoTime;
    this.eventsMax = Math.min(EVENTS_AT_FIRST, most.eventsMax());
  }

  /** For the next batch. */
  public BatchLimits limits() {
    return new BatchLimits(eventsMax, most.bytesMax());
  }

  /**
   * A batch is about to be stored.
   *
   * @param records in it
   * @param bytes what these weigh
   */
  public void begin(int records, long bytes) {
    storing = records;
    weight = bytes;
    began = nanoTime.getAsLong();
  }

  /** It is stored. */
  public void stored() {
    Duration took = Duration.ofNanos(nanoTime.getAsLong() - began);
    behind = !limits().haveRoomBeside(storing, weight);
    if (took.compareTo(SLOW) > 0) {
      halve();
    } else if (took.compareTo(QUICK) < 0 && !limits().haveRoomBeside(storing, 0)) {
      // Not by its bytes: as many of lighter ones may take longer.
      eventsMax = Math.min(2 * eventsMax, most.eventsMax());
    }
    storing = 0;
  }

  /** There was nothing to store. */
  public void idle() {
    behind = false;
  }

  /** Whether the topic has more than a batch takes: the last one was full. Any thread. */
  public boolean isBehind() {
    return behind;
  }

  /** Something failed; when a batch was being stored, it was perhaps too large. */
  public void failed() {
    if (storing > 0) {
      halve();
    }
    storing = 0;
    behind = false;
  }

  /** By what the batch had: it may have been full by its bytes. No batch is less than one poll. */
  private void halve() {
    eventsMax = Math.max(most.pollRecordsMax(), storing / 2);
  }
}
