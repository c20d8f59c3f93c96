package io.skywire.api.dashboard;

import io.skywire.api.problems.OverloadedException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a snapshot every {@link #EVERY} while anybody watches, once for all who do, and keeps the
 * newest alone: who is slow misses some, and nothing piles up. Owns a thread, which waits while
 * nobody watches. Any thread may call it.
 */
final class SnapshotFeed implements AutoCloseable {
  static final Duration EVERY = Duration.ofSeconds(2);

  /** However often a single viewer comes and goes. */
  private static final Duration EVERY_MIN = Duration.ofMillis(500);

  static final int VIEWERS_MAX = 50;

  private static final Duration CLOSE_MAX = Duration.ofSeconds(4);

  private static final Logger log = LoggerFactory.getLogger(SnapshotFeed.class);

  private final Supplier<byte[]> source;
  private final Semaphore places = new Semaphore(VIEWERS_MAX);
  private final Thread thread = Thread.ofVirtual().name("api-dashboard").unstarted(this::run);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private int viewers;
  private long takenAtNanos = System.nanoTime() - EVERY.toNanos();
  private long dueAtNanos = takenAtNanos;
  private long number;
  private @Nullable Numbered newest;
  private volatile boolean closed;

  /** Takes none: its thread does not run. */
  private SnapshotFeed(Supplier<byte[]> source) {
    this.source = source;
  }

  /**
   * @param source makes a snapshot, on one thread, with every failure told in it
   */
  static SnapshotFeed start(Supplier<byte[]> source) {
    SnapshotFeed feed = new SnapshotFeed(source);
    feed.thread.start();
    return feed;
  }

  /**
   * @param number greater than those before
   * @param json as it is sent
   */
  record Numbered(long number, byte[] json) {}

  /**
   * Takes a place, until it is closed.
   *
   * @throws OverloadedException when there is none
   */
  Place enter() {
    if (!places.tryAcquire()) {
      throw new OverloadedException(
          "as many dashboards are open as may be, %d; close another".formatted(VIEWERS_MAX));
    }
    lock.lock();
    try {
      if (viewers++ == 0) {
        // What was seen last is old by now.
        newest = null;
        dueAtNanos = takenAtNanos + EVERY_MIN.toNanos();
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
    return this::leave;
  }

  interface Place extends AutoCloseable {
    @Override
    void close();
  }

  /** The newest snapshot after the one of this number; null when there is none within this time. */
  @Nullable Numbered await(long after, Duration max) throws InterruptedException {
    long left = max.toNanos();
    lock.lock();
    try {
      while (!closed && left > 0) {
        if (newest != null && newest.number() > after) {
          return newest;
        }
        left = changed.awaitNanos(left);
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  boolean isClosed() {
    return closed;
  }

  /** Wakes all who wait. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      // Not interrupted at once: what it asks the database is answered or given up in time.
      if (!thread.join(CLOSE_MAX)) {
        thread.interrupt();
      }
    } catch (InterruptedException meanwhile) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  private void leave() {
    lock.lock();
    try {
      viewers--;
    } finally {
      lock.unlock();
    }
    places.release();
  }

  private void run() {
    try {
      while (awaitTurn()) {
        publish();
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  /** False when it is closed. */
  private boolean awaitTurn() throws InterruptedException {
    lock.lock();
    try {
      while (!closed) {
        long left = dueAtNanos - System.nanoTime();
        if (viewers == 0) {
          changed.await();
        } else if (left > 0) {
          changed.awaitNanos(left);
        } else {
          takenAtNanos = System.nanoTime();
          dueAtNanos = takenAtNanos + EVERY.toNanos();
          return true;
        }
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void publish() {
    byte[] json;
    try {
      json = source.get();
    } catch (RuntimeException defect) {
      // The page says how old its figures are.
      log.error("no snapshot could be taken", defect);
      return;
    }
    lock.lock();
    try {
      newest = new Numbered(++number, json);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
