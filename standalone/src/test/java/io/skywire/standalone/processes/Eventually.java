package io.skywire.standalone.processes;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/** Waits for a sign that will stay, looking again and again. */
public final class Eventually {
  private static final long LOOK_AGAIN_MILLIS = 25;

  private Eventually() {}

  /**
   * Returns when the sign is there.
   *
   * @param what is waited for, for the failure
   * @param sign whose {@link ExecutionException} means that Kafka cannot tell right now
   */
  public static void isTrue(String what, Duration max, Callable<Boolean> sign) throws Exception {
    isTrue(() -> what, max, sign);
  }

  /** The same, where only the last look tells what is missing. */
  public static void isTrue(Supplier<String> what, Duration max, Callable<Boolean> sign)
      throws Exception {
    long deadline = System.nanoTime() + max.toNanos();
    while (!told(sign)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within " + max + ": " + what.get());
      }
      Thread.sleep(LOOK_AGAIN_MILLIS);
    }
  }

  private static boolean told(Callable<Boolean> sign) throws Exception {
    try {
      return sign.call();
    } catch (ExecutionException unknown) {
      return false;
    }
  }
}
