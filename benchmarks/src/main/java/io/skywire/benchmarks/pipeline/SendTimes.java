package io.skywire.benchmarks.pipeline;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;

/**
 * The simulator's clock, which it asks once for each event, in order, just before it makes and
 * sends it: keeps the instants by this JVM's {@link System#nanoTime}. Any thread may call it.
 */
final class SendTimes implements InstantSource {
  private long[] nanos = new long[1024];
  private int events;

  @Override
  public synchronized Instant instant() {
    if (events == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * events);
    }
    nanos[events++] = System.nanoTime();
    return Instant.now();
  }

  /** Of the n-th event, the first being 0. */
  synchronized long of(int ordinal) {
    return nanos[ordinal];
  }
}
