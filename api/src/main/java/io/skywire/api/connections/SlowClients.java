package io.skywire.api.connections;

import io.skywire.common.lifecycle.Loop;
import io.skywire.common.lifecycle.LoopThread;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.coyote.CloseNowException;

/**
 * Cuts off each client that does not take what it is sent within a time: one that takes a few bytes
 * now and then would hold a thread and memory for ever, since the server's own timeout begins anew
 * with each byte. Owns a thread, which looks at all who are being waited for; who waits for a
 * client need not look itself. Any thread may call it.
 */
public final class SlowClients implements AutoCloseable {
  /** So much later at most is a client cut off. */
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  private static final Duration STOP_MAX = Duration.ofSeconds(1);

  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
  private final LoopThread thread = new LoopThread("api-slow-clients", new Looks(), STOP_MAX);

  private SlowClients() {}

  public static SlowClients start() {
    SlowClients clients = new SlowClients();
    clients.thread.start();
    return clients;
  }

  /**
   * From now on until it is closed the client of the request that this thread answers is waited
   * for.
   *
   * @param max then it is cut off: what is being read from it or written to it is an {@link
   *     java.io.IOException}
   */
  public Watch watch(Duration max) {
    Watch watch = new Watch(ClientConnection.CURRENT.get(), max);
    watches.add(watch);
    return watch;
  }

  /** A time within which a client has to take something. */
  public final class Watch implements AutoCloseable {
    private final ClientConnection connection;
    private final Duration max;
    private final long beganAtNanos = System.nanoTime();
    private final AtomicBoolean over = new AtomicBoolean();

    private Watch(ClientConnection connection, Duration max) {
      this.connection = connection;
      this.max = max;
    }

    private void look() {
      if (System.nanoTime() - beganAtNanos > max.toNanos() && over.compareAndSet(false, true)) {
        watches.remove(this);
        connection.breakOff();
      }
    }

    /**
     * @throws CloseNowException when the client has been cut off; it is the server's word for a
     *     connection that is of no more use, and nothing is logged
     */
    @Override
    public void close() throws CloseNowException {
      watches.remove(this);
      if (!over.compareAndSet(false, true)) {
        throw new CloseNowException("the client was cut off after " + max);
      }
    }
  }

  /** Nobody is cut off any more. */
  @Override
  public void close() {
    thread.close();
  }

  private final class Looks implements Loop {
    private final CountDownLatch stopped = new CountDownLatch(1);

    @Override
    public void run() throws InterruptedException {
      while (!stopped.await(LOOK_EVERY.toNanos(), TimeUnit.NANOSECONDS)) {
        watches.forEach(Watch::look);
      }
    }

    @Override
    public void stop() {
      stopped.countDown();
    }
  }
}
