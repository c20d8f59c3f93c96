package io.skywire.api.tokens;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

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
    if (taken.merge(token, 1, Integer::sum) <= max) {
      return true;
    }
    leave(token);
    return false;
  }

  /** Gives one back. */
  public void leave(long token) {
    taken.computeIfPresent(token, (id, had) -> had == 1 ? null : had - 1);
  }
}
