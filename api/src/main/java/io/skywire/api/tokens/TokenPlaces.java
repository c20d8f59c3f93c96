package io.skywire.api.tokens;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How many of something each token has at the same time, and may have. Of this process alone, as
 * its rate is. Any thread may call it.
 */
public final class TokenPlaces {
  private final int max;

  /** By the token's id; without those that have none. */
  private final Map<Long, Integer> taken = new ConcurrentHashMap<>();

  /**
   * @param max of each token
   */
  public TokenPlaces(int max) {
    this.max = max;
  }

  /** False when the token has as many as it may. */
  public boolean tryTake(long token) {
    AtomicBoolean took = new AtomicBoolean();
    taken.compute(
        token,
        (id, had) -> {
          int now = had == null ? 0 : had;
          took.set(now < max);
          return now < max ? (Integer) (now + 1) : had;
        });
    return took.get();
  }

  /** Gives one back. */
  public void leave(long token) {
    taken.computeIfPresent(token, (id, had) -> had == 1 ? null : had - 1);
  }
}
