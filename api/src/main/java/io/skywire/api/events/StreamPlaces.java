package io.skywire.api.events;

import io.skywire.api.problems.OverloadedException;
import io.skywire.api.problems.TooManyRequestsException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * How many streams run at the same time, of all tokens and of each, so that none can take the
 * places of all others. Of this process alone, as the rates are. Any thread may call it.
 */
final class StreamPlaces {
  /** Seconds after which one of a token's streams may have ended. */
  private static final int RETRY_AFTER_SECONDS = 5;

  private final int eachMax;
  private final Semaphore all;

  /** By the token's id; without those that have none. */
  private final Map<Long, Integer> taken = new ConcurrentHashMap<>();

  /**
   * @param allMax of all tokens together
   * @param eachMax of one token
   */
  StreamPlaces(int allMax, int eachMax) {
    this.all = new Semaphore(allMax);
    this.eachMax = eachMax;
  }

  /**
   * Takes a place, until it is closed.
   *
   * @throws TooManyRequestsException when this token has as many as it may
   * @throws OverloadedException when all tokens together have
   */
  Place take(long token) {
    int running = taken.merge(token, 1, Integer::sum);
    if (running > eachMax) {
      leave(token);
      throw new TooManyRequestsException(
          "this token may have %d streams at the same time".formatted(eachMax),
          RETRY_AFTER_SECONDS);
    }
    if (!all.tryAcquire()) {
      leave(token);
      throw new OverloadedException("as many streams are running as may; try again");
    }
    return () -> {
      all.release();
      leave(token);
    };
  }

  interface Place extends AutoCloseable {
    @Override
    void close();
  }

  private void leave(long token) {
    taken.computeIfPresent(token, (id, running) -> running == 1 ? null : running - 1);
  }
}
