package io.skywire.sink.stats;

import io.skywire.common.lifecycle.Backoff;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The tries of a loop: one after the other until it is stopped, with a pause after each that has
 * failed. No pause outlasts a stop. Any thread may call it.
 */
final class Tries {
  private final Backoff backoff;
  private final CountDownLatch stopped = new CountDownLatch(1);

  /**
   * @param backoff is its own from now on
   */
  Tries(Backoff backoff) {
    this.backoff = backoff;
  }

  /** Whether the loop is to go on. */
  boolean running() {
    return stopped.getCount() > 0;
  }

  void stop() {
    stopped.countDown();
  }

  /** After a failure, as long as the backoff has it. */
  void pause() throws InterruptedException {
    Duration pause;
    synchronized (backoff) {
      pause = backoff.next();
    }
    pause(pause);
  }

  void pause(Duration pause) throws InterruptedException {
    stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The next failure is a first one again. */
  void worked() {
    synchronized (backoff) {
      backoff.reset();
    }
  }
}
