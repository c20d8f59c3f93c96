package io.skywire.api.tokens;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.skywire.api.problems.OverloadedException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Which requests of a token may use a connection to the database now: all but a quarter of them at
 * the same time, and one is left to others at least, so that slow pages of one token do not keep
 * the rest from any. Any thread may call it.
 */
public final class DatabaseTurns {
  private static final int TOKENS_MAX = 10_000;

  /** Longer than a turn takes. */
  private static final Duration TOKEN_KEPT = Duration.ofMinutes(10);

  private final int eachMax;
  private final Duration waitMax;
  private final Cache<Long, Semaphore> free =
      Caffeine.newBuilder().maximumSize(TOKENS_MAX).expireAfterAccess(TOKEN_KEPT).build();

  /**
   * @param connections that there are for requests
   * @param waitMax for a turn
   */
  public DatabaseTurns(int connections, Duration waitMax) {
    this.eachMax = Math.max(1, connections - Math.max(1, connections / 4));
    this.waitMax = waitMax;
  }

  /**
   * Waits for a turn, which lasts until it is closed.
   *
   * @throws OverloadedException when none comes in time
   */
  public Turn take(long token) {
    Semaphore ofToken = free.get(token, id -> new Semaphore(eachMax, true));
    try {
      if (ofToken.tryAcquire(waitMax.toMillis(), TimeUnit.MILLISECONDS)) {
        return ofToken::release;
      }
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    }
    throw new OverloadedException(
        "this token has as many requests at the database as it may; try again");
  }

  /** A turn; it is closed once. */
  public interface Turn extends AutoCloseable {
    @Override
    void close();
  }
}
