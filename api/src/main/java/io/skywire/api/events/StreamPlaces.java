package io.skywire.api.events;

import io.skywire.api.problems.OverloadedException;
import io.skywire.api.problems.TooManyRequestsException;
import io.skywire.api.tokens.TokenPlaces;
import java.util.concurrent.Semaphore;

/**
 * How many streams run at the same time, of all tokens and of each, so that none can take the
 * places of all others. Of this process alone, as the rates are. Any thread may call it.
 */
final class StreamPlaces {
  /** Seconds after which one of a token's streams may have ended. */
  private static final int RETRY_AFTER_SECONDS = 5;

  private final int allMax;
  private final int eachMax;
  private final Semaphore all;
  private final TokenPlaces each;

  /**
   * @param allMax of all tokens together
   * @param eachMax of one token
   */
  StreamPlaces(int allMax, int eachMax) {
    this.allMax = allMax;
    this.all = new Semaphore(allMax);
    this.eachMax = eachMax;
    this.each = new TokenPlaces(eachMax);
  }

  /**
   * Takes a place, until it is closed.
   *
   * @throws TooManyRequestsException when this token has as many as it may
   * @throws OverloadedException when all tokens together have
   */
  Place take(long token) {
    if (!each.tryTake(token)) {
      throw new TooManyRequestsException(
          "this token may have %d streams at the same time".formatted(eachMax),
          RETRY_AFTER_SECONDS);
    }
    if (!all.tryAcquire()) {
      each.leave(token);
      throw new OverloadedException("as many streams are running as may; try again");
    }
    return () -> {
      all.release();
      each.leave(token);
    };
  }

  /** How many are taken, by all tokens together. */
  int taken() {
    return allMax - all.availablePermits();
  }

  interface Place extends AutoCloseable {
    @Override
    void close();
  }
}
