package io.skywire.sink.stats;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Whether the counts wait: while the sink is behind, the processor is for its events. They wait for
 * ten minutes at most, and not again before they have gone on for as long, so that they get on
 * however much the sink has to do. One thread.
 */
final class EventsFirst {
  static final Duration WAIT_MAX = Duration.ofMinutes(10);

  private final BooleanSupplier sinkIsBehind;
  private final LongSupplier nanoTime;
  private long lookedAt;
  private long waitNanosLeft = WAIT_MAX.toNanos();
  private boolean waiting;
  private boolean spent;

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  EventsFirst(BooleanSupplier sinkIsBehind, LongSupplier nanoTime) {
    this.sinkIsBehind = sinkIsBehind;
    this.nanoTime = nanoTime;
    this.lookedAt = nanoTime.getAsLong();
  }

  /** To be asked every now and then: what it has answered holds until then. */
  boolean countsWait() {
    long now = nanoTime.getAsLong();
    long passed = now - lookedAt;
    lookedAt = now;
    if (waiting) {
      waitNanosLeft = Math.max(0, waitNanosLeft - passed);
      spent = spent || waitNanosLeft == 0;
    } else {
      waitNanosLeft = Math.min(WAIT_MAX.toNanos(), waitNanosLeft + passed);
      spent = spent && waitNanosLeft < WAIT_MAX.toNanos();
    }
    waiting = sinkIsBehind.getAsBoolean() && !spent;
    return waiting;
  }
}
