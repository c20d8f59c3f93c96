package io.skywire.ingester.relay;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How long to pause before the next attempt: exponential with full jitter, from 0.2 s to 30 s. Used
 * by one thread; the caller does the waiting. What the relay asked for comes on top of the jitter,
 * bounded, so that neither a hostile relay stops us for long nor all clients return at once.
 *
 * @see <a
 *     href="https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/">Exponential
 *     backoff and jitter</a>
 */
public final class Backoff {
  static final Duration FIRST = Duration.ofMillis(200);
  static final Duration MAX = Duration.ofSeconds(30);
  static final Duration RETRY_AFTER_MAX = Duration.ofMinutes(5);

  /** A session that delivered frames for this long was a good one. */
  static final Duration GOOD_SESSION = Duration.ofSeconds(10);

  private final RandomGenerator random;
  private Duration ceiling = FIRST;

  public Backoff(RandomGenerator random) {
    this.random = random;
  }

  /**
   * @param delivering how long the session that just ended delivered frames; zero if it never did
   * @param retryAfter what the relay asked for
   */
  public Duration pauseAfter(Duration delivering, Optional<Duration> retryAfter) {
    if (delivering.compareTo(GOOD_SESSION) >= 0) {
      ceiling = FIRST;
    }
    Duration jitter = Duration.ofNanos(random.nextLong(ceiling.toNanos()) + 1);
    ceiling = min(ceiling.multipliedBy(2), MAX);
    return retryAfter.map(asked -> min(asked, RETRY_AFTER_MAX).plus(jitter)).orElse(jitter);
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }
}
