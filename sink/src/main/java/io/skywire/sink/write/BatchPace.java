package io.skywire.sink.write;

import java.time.Duration;

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
  private int eventsMax;
  private int storing;
  private int storingMax;
  private boolean fullOfEvents;
  private boolean full;
  private boolean tooHeavy;
  private boolean quick = true;
  private volatile boolean behind;

  /**
   * @param most what no batch is larger than
   */
  public BatchPace(BatchLimits most) {
    this.most = most;
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
   * @param bytes that these weigh
   * @param limits that it was read with
   */
  public void begin(int records, long bytes, BatchLimits limits) {
    storing = records;
    storingMax = limits.eventsMax();
    fullOfEvents = !limits.haveRoomBeside(records, 0);
    full = !limits.haveRoomBeside(records, bytes);
    tooHeavy = bytes > most.bytesMax() + most.bytesMax() / 8;
  }

  /**
   * Whether the next batch is to be read while this one is stored: there is more in the topic,
   * memory for both, and the last one was quick, so that this one is no longer than it should be.
   * The last poll may have made this one several times as heavy.
   */
  public boolean readsAhead() {
    return full && !tooHeavy && quick;
  }

  /**
   * It is stored.
   *
   * @param took of storing it
   */
  public void stored(Duration took) {
    behind = full;
    quick = took.compareTo(QUICK) < 0;
    if (took.compareTo(SLOW) > 0) {
      halve();
    } else if (quick && fullOfEvents) {
      // The next one may have been read before this one was stored.
      eventsMax = Math.max(eventsMax, Math.min(2 * storingMax, most.eventsMax()));
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
    quick = false;
  }

  /** By what the batch had: it may have been full by its bytes. No batch is less than one poll. */
  private void halve() {
    eventsMax = Math.max(most.pollRecordsMax(), storing / 2);
  }
}
