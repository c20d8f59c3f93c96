package io.skywire.api.events;

import io.skywire.api.problems.OverloadedException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The bytes of events in memory, of all requests together, from before they are read until they are
 * sent. Any thread may call it; a {@link Lease} belongs to one request. A request waits only for
 * its first event, and then a short time; with one in hand it makes do with what it has, so
 * requests cannot wait for each other for ever.
 */
public final class EventMemory {
  /** Fits the smallest heap that the api runs in, with the rows that are on their way beside it. */
  public static final int BYTES_MAX = 64 * 1024 * 1024;

  /** For slow readers to make room; below what a client waits for an answer. */
  public static final Duration WAIT_MAX = Duration.ofSeconds(2);

  private final Semaphore free;
  private final int bytesMax;
  private final Duration waitMax;

  public EventMemory(int bytesMax, Duration waitMax) {
    this.free = new Semaphore(bytesMax, true);
    this.bytesMax = bytesMax;
    this.waitMax = waitMax;
  }

  /** Room for one request, with nothing taken yet but a first short event's. */
  Lease lease() {
    Lease lease = new Lease();
    lease.take(EventWalks.INLINE_BYTES_MAX);
    lease.used = 0;
    return lease;
  }

  int freeBytes() {
    return free.availablePermits();
  }

  /** What one request has taken, free again when it is closed. */
  final class Lease implements AutoCloseable {
    private int taken;
    private long used;

    private Lease() {}

    /** Room for this many bytes more, at once or not at all. */
    boolean tryTake(int bytes) {
      return take(bytes, Duration.ZERO);
    }

    /**
     * Waits for room if there is none.
     *
     * @throws OverloadedException when none comes
     */
    void take(int bytes) {
      if (!take(bytes, waitMax)) {
        throw overloaded();
      }
    }

    /** What was taken is there for what comes instead. */
    void reuse() {
      used = 0;
    }

    /** An event larger than all there is takes all there is. */
    private boolean take(int bytes, Duration wait) {
      int missing = (int) Math.min(bytesMax, used + bytes) - taken;
      try {
        if (missing > 0 && !free.tryAcquire(missing, wait.toMillis(), TimeUnit.MILLISECONDS)) {
          return false;
        }
      } catch (InterruptedException ending) {
        Thread.currentThread().interrupt();
        throw overloaded();
      }
      taken += Math.max(0, missing);
      used += bytes;
      return true;
    }

    @Override
    public void close() {
      free.release(taken);
      taken = 0;
    }
  }

  private static OverloadedException overloaded() {
    return new OverloadedException("too many answers are under way; try again");
  }
}
