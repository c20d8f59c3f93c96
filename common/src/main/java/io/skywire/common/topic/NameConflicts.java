package io.skywire.common.topic;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/**
 * How often a consumer group has said that a member's name ({@code group.instance.id}) belongs to
 * another. Once proves nothing: a coordinator that loses a member's last join, as one that starts
 * again may, takes the member for the one before it. Another process of that name takes it away
 * again and again. One thread.
 */
public final class NameConflicts {
  /** Between one and the next, so that who has the name now can do some work. */
  public static final Duration PAUSE = Duration.ofSeconds(1);

  private static final int MAX = 2;
  private static final Duration WITHIN = Duration.ofMinutes(1);

  private final LongSupplier nanoTime;
  private final Deque<Long> times = new ArrayDeque<>(MAX);

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  public NameConflicts(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** One more; answers whether another process must have the name. */
  public boolean add() {
    long now = nanoTime.getAsLong();
    while (!times.isEmpty() && now - times.getFirst() > WITHIN.toNanos()) {
      times.removeFirst();
    }
    if (times.size() == MAX) {
      return true;
    }
    times.addLast(now);
    return false;
  }
}
