package io.skywire.embedded.network;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Stops one connection of a {@link TcpProxy} at a request: before the server has seen it, or when
 * the server has answered it and the client does not know yet. Waits for its request, is reached,
 * and is then either let go on or dropped with its connection. Any thread may call it.
 */
public final class Hold {
  /** What is held. */
  public enum Side {
    /** The request: the server has not seen it. */
    REQUEST,
    /** The answer: the server has done it, the client cannot know. */
    ANSWER
  }

  private final Side side;
  private final Predicate<String> request;
  private final AtomicInteger left;
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean dropped;

  Hold(Side side, Predicate<String> request, int occurrence) {
    this.side = side;
    this.request = request;
    this.left = new AtomicInteger(occurrence);
  }

  /** Waits until the connection is stopped at its request; answers whether it is. */
  public boolean await(Duration max) throws InterruptedException {
    return reached.await(max.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Lets what is held pass, and all that comes later. */
  public void goOn() {
    left.set(0);
    ended.countDown();
  }

  /** Closes the connection: what is held never arrives. */
  public void drop() {
    dropped = true;
    goOn();
  }

  Side side() {
    return side;
  }

  /** Whether this request, which is about to be forwarded, is the one. */
  boolean meets(String name) {
    return left.get() > 0 && request.test(name) && left.getAndDecrement() == 1;
  }

  /** Keeps the thread that would forward; answers whether it may. */
  boolean keep() throws InterruptedException {
    reached.countDown();
    ended.await();
    return !dropped;
  }
}
