package io.skywire.embedded.simulator;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Which of the next connects are refused, and how. Any thread may call it. */
final class Refusals {
  private int left;
  private int refused;
  private Refusal refusal = new Refusal(503, null);

  /** An HTTP status that is not 101, and when to come back. */
  record Refusal(int httpStatus, @Nullable Duration retryAfter) {}

  synchronized void next(int connects, Refusal how) {
    left = connects;
    refusal = how;
  }

  /** The refusal that a connect meets, null when it is let in. */
  synchronized @Nullable Refusal take() {
    if (left == 0) {
      return null;
    }
    left--;
    refused++;
    return refusal;
  }

  /** How many connects were refused so far. */
  synchronized int count() {
    return refused;
  }
}
