package io.skywire.common.lifecycle;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether a loop makes progress. It says before each step how long that may take at the most,
 * waiting for others included; one that has not come back by then hangs for a reason that only a
 * restart can cure. The loop's thread beats, any thread may look.
 */
public final class Pulse {
  private final LongSupplier nanoTime;
  private volatile long deadline;

  /**
   * @param first how long the first step may take
   * @param nanoTime as {@link System#nanoTime}
   */
  public Pulse(Duration first, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    beat(first);
  }

  /** The loop is here, and its next step takes no longer than this. */
  public void beat(Duration stepMax) {
    deadline = nanoTime.getAsLong() + stepMax.toNanos();
  }

  public boolean isAlive() {
    return deadline - nanoTime.getAsLong() > 0;
  }
}
