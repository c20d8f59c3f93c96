package io.skywire.common.lifecycle;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try: doubles from {@code min} up to {@code max}, with full
 * jitter so that many clients of one server do not come back together. Called by one thread.
 *
 * @see <a
 *     href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/">Exponential
 *     backoff and jitter</a>
 */
public final class Backoff {
  private final Duration min;
  private final Duration max;
  private final RandomGenerator random;
  private Duration ceiling;

  public Backoff(Duration min, Duration max, RandomGenerator random) {
    this.min = min;
    this.max = max;
    this.random = random;
    this.ceiling = min;
  }

  /** The wait before the next try: between {@code min} and the ceiling, which doubles. */
  public Duration next() {
    long spread = ceiling.toMillis() - min.toMillis();
    Duration wait = min.plusMillis(spread == 0 ? 0 : random.nextLong(spread + 1));
    Duration doubled = ceiling.multipliedBy(2);
    ceiling = doubled.compareTo(max) < 0 ? doubled : max;
    return wait;
  }

  /** Something worked, if not for long: the next wait is no longer than {@code most}. */
  public void limit(Duration most) {
    if (ceiling.compareTo(most) > 0) {
      ceiling = most;
    }
  }

  /** Something worked: the next failure is a first one again. */
  public void reset() {
    ceiling = min;
  }
}
