package io.skywire.api.events;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pages of the history that several streams take in at the same time: whoever comes to one first
 * reads it for all, the others wait for that, or find it for a moment. A page that goes up to the
 * watermark is nobody else's: what streams follow is in {@link EventTail}. While a stream sends a
 * page those that it will want next are read, by a few threads. Any thread may call it.
 */
public final class SharedPages implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SharedPages.class);

  /** A sixteenth of the smallest heap that the api runs in. */
  private static final int BYTES_MAX = 16 * 1024 * 1024;

  /** Those that are being read are among them. */
  private static final int PAGES_MAX = 1_000;

  /**
   * A dead letter that is replayed changes events, and retention drops them; for so long at most is
   * it not seen here.
   */
  public static final Duration FRESH_FOR = Duration.ofSeconds(2);

  private static final Duration READ_MAX = Duration.ofSeconds(2);

  /** Each takes a connection to the database; whoever finds both at work reads by itself. */
  public static final int AHEAD_THREADS = 2;

  private static final Duration IDLE = Duration.ofSeconds(10);

  private final EventReader reader;
  private final Duration freshFor;
  private final ThreadPoolExecutor ahead =
      new ThreadPoolExecutor(
          0,
          AHEAD_THREADS,
          IDLE.toMillis(),
          TimeUnit.MILLISECONDS,
          new SynchronousQueue<>(),
          Thread.ofPlatform().name("api-read-ahead-", 1).factory(),
          new ThreadPoolExecutor.DiscardPolicy());

  /** In the order in which they were begun. */
  private final Map<Bounds, Shared> pages = new LinkedHashMap<>();

  private long bytes;

  private record Bounds(long since, long through) {}

  private static final class Shared {
    /** Null where whoever has read it has nothing for others. */
    private final CompletableFuture<@Nullable StreamPage> page = new CompletableFuture<>();

    private final long begunAtNanos = System.nanoTime();
    private int bytes;
  }

  /**
   * @param freshFor how long a page that has been read is shown to others
   */
  public SharedPages(EventReader reader, Duration freshFor) {
    this.reader = reader;
    this.freshFor = freshFor;
  }

  /**
   * The page, for which the lease has room.
   *
   * @param request without a filter
   */
  StreamPage page(PageRequest request, EventMemory.Lease lease)
      throws SQLException, InterruptedException {
    Bounds bounds = new Bounds(request.since(), request.through());
    Shared mine = new Shared();
    Shared found = findOrPut(bounds, mine);
    if (found == mine) {
      return readForAll(request, lease, mine);
    }
    StreamPage page = await(found);
    if (page == null) {
      return reader.history(request, lease);
    }
    lease.take(page.bytes().length());
    return page;
  }

  /** Begins to read a page that a stream will want soon, if a thread is free. */
  void readAhead(PageRequest request) {
    Bounds bounds = new Bounds(request.since(), request.through());
    synchronized (this) {
      if (pages.containsKey(bounds)) {
        return;
      }
    }
    ahead.execute(() -> {
      Shared mine = new Shared();
      // Until it is read; then it is among what is kept.
      try (EventMemory.Lease lease = reader.lease()) {
        if (findOrPut(bounds, mine) == mine) {
          readForAll(request, lease, mine);
        }
      } catch (SQLException | RuntimeException failed) {
        // The stream will meet it too, and tell its client.
        log.debug("a page could not be read ahead", failed);
      }
    });
  }

  /** Reads nothing ahead any more. */
  @Override
  public void close() {
    ahead.shutdownNow();
    try {
      ahead.awaitTermination(READ_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
  }

  private StreamPage readForAll(PageRequest request, EventMemory.Lease lease, Shared mine)
      throws SQLException {
    StreamPage forAll = null;
    try {
      StreamPage page = reader.history(request, lease);
      forAll = page.isLast() ? null : page;
      return page;
    } finally {
      finish(new Bounds(request.since(), request.through()), mine, forAll);
    }
  }

  /** Null when it does not come, or is not for others. */
  private static @Nullable StreamPage await(Shared found) throws InterruptedException {
    try {
      return found.page.get(READ_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException slow) {
      return null;
    } catch (ExecutionException never) {
      throw new IllegalStateException(never);
    }
  }

  private synchronized Shared findOrPut(Bounds bounds, Shared mine) {
    makeRoom();
    Shared found = pages.putIfAbsent(bounds, mine);
    return found == null ? mine : found;
  }

  private synchronized void finish(Bounds bounds, Shared mine, @Nullable StreamPage page) {
    if (page == null) {
      pages.remove(bounds, mine);
    } else if (pages.get(bounds) == mine) {
      mine.bytes = page.bytes().length();
      bytes += mine.bytes;
      makeRoom();
    }
    mine.page.complete(page);
  }

  private void makeRoom() {
    long now = System.nanoTime();
    Iterator<Shared> oldest = pages.values().iterator();
    while (oldest.hasNext()) {
      Shared next = oldest.next();
      if (bytes <= BYTES_MAX
          && pages.size() < PAGES_MAX
          && now - next.begunAtNanos < freshFor.toNanos()) {
        return;
      }
      bytes -= next.bytes;
      oldest.remove();
    }
  }
}
