package io.skywire.api.events;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.skywire.api.problems.OverloadedException;
import io.skywire.api.tokens.Token;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of events in memory, of all requests together, from before they are read until they are
 * sent. Any thread may call it; a {@link Lease} belongs to one request. A request waits only for
 * its first event, and then a short time; with one in hand it makes do with what it has, so
 * requests cannot wait for each other for ever. No token's requests have more than half of it:
 * clients of one that do not read leave room for the others'.
 */
public final class EventMemory {
  /** Fits the smallest heap that the api runs in, with the rows that are on their way beside it. */
  public static final int BYTES_MAX = 64 * 1024 * 1024;

  /** For slow readers to make room; below what a client waits for an answer. */
  public static final Duration WAIT_MAX = Duration.ofSeconds(2);

  private static final int TOKENS_MAX = 10_000;

  /** Longer than anything is leased. */
  private static final Duration TOKEN_KEPT = Duration.ofMinutes(10);

  private final Semaphore free;
  private final int bytesMax;
  private final Duration waitMax;

  /** What is free of each token's half. */
  private final Cache<Long, Semaphore> shares =
      Caffeine.newBuilder().maximumSize(TOKENS_MAX).expireAfterAccess(TOKEN_KEPT).build();

  public EventMemory(int bytesMax, Duration waitMax) {
    this.free = new Semaphore(bytesMax, true);
    this.bytesMax = bytesMax;
    this.waitMax = waitMax;
  }

  /** Room for what is nobody's request, with nothing taken yet but a first short event's. */
  Lease lease() {
    return lease(new Lease(null, null, bytesMax));
  }

  /** The same for a request of this token. */
  Lease lease(Token token) {
    int half = bytesMax / 2;
    Semaphore share = shares.get(token.id(), id -> new Semaphore(half, true));
    return lease(new Lease(token, share, half));
  }

  private static Lease lease(Lease lease) {
    lease.take(EventWalks.INLINE_BYTES_MAX);
    lease.used = 0;
    return lease;
  }

  int freeBytes() {
    return free.availablePermits();
  }

  int takenBytes() {
    return bytesMax - freeBytes();
  }

  /** What one request has taken, free again when it is closed. */
  final class Lease implements AutoCloseable {
    private final @Nullable Token token;
    private final @Nullable Semaphore share;
    private final int leaseMax;
    private int taken;
    private long used;

    private Lease(@Nullable Token token, @Nullable Semaphore share, int leaseMax) {
      this.token = token;
      this.share = share;
      this.leaseMax = leaseMax;
    }

    /** Whose request it is for; null for nobody's. */
    @Nullable Token token() {
      return token;
    }

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

    /** An event larger than all that it may have takes all that. */
    private boolean take(int bytes, Duration wait) {
      int missing = (int) Math.min(leaseMax, used + bytes) - taken;
      try {
        if (missing > 0 && !acquire(missing, wait.toMillis())) {
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

    private boolean acquire(int bytes, long waitMillis) throws InterruptedException {
      if (share == null) {
        return free.tryAcquire(bytes, waitMillis, TimeUnit.MILLISECONDS);
      }
      long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
      if (!share.tryAcquire(bytes, waitMillis, TimeUnit.MILLISECONDS)) {
        return false;
      }
      boolean acquired = false;
      try {
        acquired = free.tryAcquire(bytes, deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        return acquired;
      } finally {
        if (!acquired) {
          share.release(bytes);
        }
      }
    }

    @Override
    public void close() {
      free.release(taken);
      if (share != null) {
        share.release(taken);
      }
      taken = 0;
    }
  }

  private static OverloadedException overloaded() {
    return new OverloadedException("too many answers are under way; try again");
  }
}
