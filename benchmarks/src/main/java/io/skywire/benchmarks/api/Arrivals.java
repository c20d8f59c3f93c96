package io.skywire.benchmarks.api;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Events that come in behind those that are stored, 500 a second, a transaction for every twenty of
 * them, each time with the watermark behind its last, as a sink does it. A thread of its own.
 */
final class Arrivals implements AutoCloseable {
  private static final int A_SECOND = 500;
  private static final int A_TRANSACTION = 20;
  private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(1) * A_TRANSACTION / A_SECOND;

  private final EventDatabase database;
  private final boolean compressed;
  private final Thread thread;
  private final long startedAtNanos = System.nanoTime();
  private long stoppedAtNanos;
  private volatile boolean stopped;
  private volatile long last;
  private volatile @Nullable Exception failure;

  private Arrivals(EventDatabase database, boolean compressed) {
    this.database = database;
    this.compressed = compressed;
    this.last = database.layout().rows();
    this.thread = Thread.ofPlatform().name("arrivals").unstarted(this::arrive);
  }

  static Arrivals start(EventDatabase database, boolean compressed) {
    Arrivals arrivals = new Arrivals(database, compressed);
    arrivals.thread.start();
    return arrivals;
  }

  /**
   * Ends it, after one transaction at least, and answers the last seq.
   *
   * @throws IOException when they cannot be stored
   */
  long stop() throws IOException, InterruptedException {
    stopped = true;
    thread.join();
    Exception failed = failure;
    if (failed != null) {
      throw new IOException("events cannot be stored", failed);
    }
    stoppedAtNanos = System.nanoTime();
    return last;
  }

  /** The last that is readable. Any thread. */
  long last() {
    return last;
  }

  /** After {@link #stop}: how many came. Fewer than were to, when the machine has no time left. */
  double perSecond() {
    return (last - database.layout().rows()) * 1e9 / (stoppedAtNanos - startedAtNanos);
  }

  /** Nothing comes in any more. */
  @Override
  public void close() {
    stopped = true;
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void arrive() {
    try (Connection source = database.connect();
        Connection connection = database.connect();
        CompressedRows rows = compressed ? CompressedRows.learn(connection) : null) {
      long next = startedAtNanos;
      do {
        LockSupport.parkNanos(next - System.nanoTime());
        long through = last + A_TRANSACTION;
        database.append(source, rows, connection, last + 1, through);
        last = through;
        next += PERIOD_NANOS;
      } while (!stopped);
    } catch (SQLException | RuntimeException failed) {
      failure = failed;
    }
  }
}
