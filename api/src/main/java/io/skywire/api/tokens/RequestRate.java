package io.skywire.api.tokens;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How many requests each token may send a minute, counted from its first in it. Of this process
 * alone: several apis allow a token as much each. Any thread may call it.
 *
 * @see <a href="https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/">RateLimit
 *     header fields</a>
 */
final class RequestRate {
  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final int TOKENS_MAX = 10_000;

  private final int requestsPerMinute;
  private final LongSupplier nanoTime;
  private final Cache<Long, Window> windows =
      Caffeine.newBuilder()
          .maximumSize(TOKENS_MAX)
          .expireAfterAccess(WINDOW.multipliedBy(2))
          .build();

  /**
   * @param requestsPerMinute of a token that has no number of its own
   * @param nanoTime as {@link System#nanoTime}
   */
  RequestRate(int requestsPerMinute, LongSupplier nanoTime) {
    this.requestsPerMinute = requestsPerMinute;
    this.nanoTime = nanoTime;
  }

  /** Counts a request. */
  Standing count(Token token) {
    Integer own = token.requestsPerMinute();
    return windows
        .get(token.id(), id -> new Window(nanoTime.getAsLong()))
        .count(own == null ? requestsPerMinute : own, nanoTime.getAsLong());
  }

  /**
   * Where a token stands after a request.
   *
   * @param allowed whether this one was within the limit
   * @param left requests that it may still send
   * @param resetSeconds until it may send all of them again
   */
  record Standing(boolean allowed, int limit, int left, long resetSeconds) {
    String policy() {
      return "\"token\";q=%d;w=%d".formatted(limit, WINDOW.toSeconds());
    }

    String header() {
      return "\"token\";r=%d;t=%d".formatted(left, resetSeconds);
    }
  }

  private static final class Window {
    private long began;
    private int requests;

    Window(long began) {
      this.began = began;
    }

    synchronized Standing count(int limit, long now) {
      if (now - began >= WINDOW.toNanos()) {
        began = now;
        requests = 0;
      }
      boolean allowed = requests < limit;
      if (allowed) {
        requests++;
      }
      long left = WINDOW.toNanos() - (now - began);
      long seconds = Math.ceilDiv(left, Duration.ofSeconds(1).toNanos());
      return new Standing(allowed, limit, limit - requests, seconds);
    }
  }
}
