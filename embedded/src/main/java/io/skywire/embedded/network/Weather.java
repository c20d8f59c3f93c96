package io.skywire.embedded.network;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a proxy does to the bytes that pass, at the moment: nothing, stall them, slow them. Guards
 * itself; the pumps ask it before each write.
 */
final class Weather {
  private final Set<Direction> stalled = EnumSet.noneOf(Direction.class);
  private Duration delay = Duration.ZERO;
  private long bytesPerSecond = Long.MAX_VALUE;
  private boolean cut;
  private @Nullable Hold hold;

  synchronized boolean isCut() {
    return cut;
  }

  synchronized void cut() {
    cut = true;
    notifyAll();
  }

  synchronized void stall(Set<Direction> directions) {
    stalled.addAll(directions);
  }

  synchronized void slow(Duration newDelay, long newBytesPerSecond) {
    delay = newDelay;
    bytesPerSecond = newBytesPerSecond;
  }

  synchronized void heal() {
    cut = false;
    stalled.clear();
    delay = Duration.ZERO;
    bytesPerSecond = Long.MAX_VALUE;
    notifyAll();
  }

  synchronized void hold(Hold newHold) {
    hold = newHold;
  }

  /** The hold that this request meets, once. */
  synchronized @Nullable Hold meets(String request) {
    Hold armed = hold;
    if (armed == null || request.isEmpty() || !armed.meets(request)) {
      return null;
    }
    hold = null;
    return armed;
  }

  /** Keeps the caller for as long as these bytes take. */
  void pass(Direction direction, int bytes) throws InterruptedException {
    Duration wait;
    synchronized (this) {
      while (stalled.contains(direction)) {
        wait();
      }
      wait = delay.plusNanos((long) (bytes * 1e9 / bytesPerSecond));
    }
    if (wait.isPositive()) {
      Thread.sleep(wait);
    }
  }
}
