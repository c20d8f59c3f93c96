package io.skywire.api.connections;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.skywire.common.lifecycle.Loop;
import io.skywire.common.lifecycle.LoopThread;
import io.skywire.common.lifecycle.RootCause;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.apache.catalina.connector.ClientAbortException;

/**
 * Cuts off each client that does not take what it is sent within a time: one that takes a few bytes
 * now and then would hold a thread and memory for ever, since the server's own timeout begins anew
 * with each byte. Owns a thread, which looks at all who are being waited for; who waits for a
 * client need not look itself. Counts them, and those whom the server's timeout was the first to
 * end. Any thread may call it.
 */
public final class SlowClients implements AutoCloseable {
  /** So much later at most is a client cut off. */
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  private static final Duration STOP_MAX = Duration.ofSeconds(1);

  private final Duration takeMax;
  private final LongSupplier nanoTime;
  private final Counter silent;
  private final Counter slow;
  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
  private final LoopThread thread = new LoopThread("api-slow-clients", new Looks(), STOP_MAX);

  /** Nobody looks yet. */
  SlowClients(Duration takeMax, MeterRegistry registry, LongSupplier nanoTime) {
    this.takeMax = takeMax;
    this.nanoTime = nanoTime;
    this.silent = cutOff("silent", registry);
    this.slow = cutOff("slow", registry);
  }

  private static Counter cutOff(String reason, MeterRegistry registry) {
    return Counter.builder("skywire.api.clients.cut.off")
        .description("Clients that were cut off, since they were silent or slow")
        .tag("reason", reason)
        .register(registry);
  }

  public static SlowClients start(ClientPatience patience, MeterRegistry registry) {
    SlowClients clients = new SlowClients(patience.takeMax(), registry, System::nanoTime);
    clients.thread.start();
    return clients;
  }

  /** Bytes that a client takes or gives, at its own pace. */
  @FunctionalInterface
  public interface Exchange {
    void run() throws IOException;
  }

  /** As {@link #within}, for what {@link ClientPatience#takeMax} is the time for. */
  public void send(Exchange exchange) throws IOException {
    within(takeMax, exchange);
  }

  /**
   * With the client of the request that this thread answers.
   *
   * @param max then it is cut off: what is being read from it or written to it is an {@link
   *     IOException}
   * @throws ClientAbortException when it has been cut off all the same as the exchange ended; it is
   *     the server's word for a client that is gone, and nothing is logged
   */
  public void within(Duration max, Exchange exchange) throws IOException {
    Watch watch = new Watch(ClientConnection.CURRENT.get(), max);
    watches.add(watch);
    try {
      exchange.run();
    } catch (IOException | RuntimeException failed) {
      if (watch.end() && RootCause.is(failed, SocketTimeoutException.class)) {
        silent.increment();
      }
      throw failed;
    } finally {
      watches.remove(watch);
    }
    if (!watch.end()) {
      throw new ClientAbortException("the client was cut off after " + max);
    }
  }

  /** How many clients are cut off now. */
  int look() {
    int cutOff = 0;
    for (Watch watch : watches) {
      cutOff += watch.look() ? 1 : 0;
    }
    return cutOff;
  }

  /** A time within which a client has to take something. */
  private final class Watch {
    private final ClientConnection connection;
    private final Duration max;
    private final long beganAtNanos = nanoTime.getAsLong();
    private final AtomicBoolean over = new AtomicBoolean();

    Watch(ClientConnection connection, Duration max) {
      this.connection = connection;
      this.max = max;
    }

    boolean look() {
      if (nanoTime.getAsLong() - beganAtNanos <= max.toNanos() || !end()) {
        return false;
      }
      watches.remove(this);
      slow.increment();
      connection.breakOff();
      return true;
    }

    /** Whether it ends only now: a client is cut off once, and not when it is done. */
    boolean end() {
      return over.compareAndSet(false, true);
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
        look();
      }
    }

    @Override
    public void stop() {
      stopped.countDown();
    }
  }
}
