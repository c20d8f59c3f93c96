package io.skywire.api.events;

import io.skywire.common.compression.EventDictionaries;
import io.skywire.common.database.ReadableChannel;
import io.skywire.common.lifecycle.RootCause;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the newest events in memory while anybody follows them, so that many readers cost the
 * database as much as one, and wakes those who wait for more. Owns a thread and one connection; a
 * sink's word that there is more ({@link ReadableChannel#NAME}) wakes the thread, and where none
 * comes through it looks often. It shows what it has only while that is fresh: without the database
 * readers see what they would see of the table. Any thread may call it.
 */
public final class EventTail implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EventTail.class);

  /** After the last reader who had caught up. */
  private static final Duration FOLLOWED_FOR = Duration.ofMinutes(1);

  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final Duration FRESH_FOR = Duration.ofSeconds(1);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /** So many full portions in a row, and the tail goes on from where the end is then. */
  private static final int PORTIONS_BEHIND_MAX = 20;

  private final DataSource database;
  private final TailQuery query;
  private final Thread thread = Thread.ofPlatform().name("api-tail").unstarted(this::run);
  private final AtomicLong followedAt = new AtomicLong(System.nanoTime() - FOLLOWED_FOR.toNanos());
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private final Condition followed = lock.newCondition();

  /**
   * The highest watermark that anybody has been shown of the table since this tail's connection was
   * made: who has seen it is not told a lower one from memory. A server that has taken over may
   * stand lower, but not on the same connection.
   */
  private final AtomicLong shown = new AtomicLong();

  private volatile @Nullable TailWindow window;
  private volatile @Nullable Connection current;
  private volatile boolean closed;

  /** Shows nothing: its thread does not run. */
  EventTail(DataSource database, EventDictionaries dictionaries) {
    this.database = database;
    this.query = new TailQuery(dictionaries);
  }

  /**
   * @param database of one connection, the tail's own
   */
  public static EventTail start(DataSource database, EventDictionaries dictionaries) {
    EventTail tail = new EventTail(database, dictionaries);
    tail.thread.start();
    return tail;
  }

  /**
   * The page as of now; null when the table has to be asked.
   *
   * @param watermarkMin null, too, when what is in memory ends before it
   */
  @Nullable EventPage page(PageRequest request, EventMemory.Lease lease, long watermarkMin) {
    TailWindow newest = window;
    if (newest == null
        || newest.through() < watermarkMin
        || System.nanoTime() - newest.readAtNanos() > FRESH_FOR.toNanos()) {
      return null;
    }
    EventPage page = newest.page(request, lease, EventQuery.PAGE_BYTES_MAX);
    if (page != null) {
      follow();
    }
    return page;
  }

  /** The highest watermark that somebody has been told. */
  long shown() {
    return shown.get();
  }

  /** Somebody is about to be told this watermark, as the table has it. */
  void shown(long watermark) {
    shown.accumulateAndGet(watermark, Math::max);
  }

  /** Somebody has read all there is and will come again. */
  void follow() {
    long before = followedAt.getAndSet(System.nanoTime());
    if (window == null || System.nanoTime() - before > FOLLOWED_FOR.toNanos() / 2) {
      lock.lock();
      try {
        followed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * Waits until there may be more than up to this seq; also returns when the tail is closed, and
   * now and then when it cannot tell.
   */
  void await(long seq, Duration max) throws InterruptedException {
    follow();
    long left = max.toNanos();
    lock.lock();
    try {
      while (left > 0 && !closed) {
        TailWindow newest = window;
        if (newest == null) {
          left = moved.awaitNanos(Math.min(left, FRESH_FOR.toNanos()));
          if (window == null) {
            return;
          }
        } else if (newest.through() > seq) {
          return;
        } else {
          left = moved.awaitNanos(left);
        }
      }
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
    closed = true;
    thread.interrupt();
    signalAll();
    breakOff();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException meanwhile) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The thread may be waiting for an answer of the database, whom no interrupt wakes. */
  private void breakOff() {
    Connection connection = current;
    if (connection != null) {
      try {
        connection.abort(Runnable::run);
      } catch (SQLException already) {
        log.debug("{}", RootCause.line(already));
      }
    }
  }

  private void run() {
    try {
      while (!closed) {
        awaitFollowers();
        boolean failed = true;
        try (Connection connection = database.getConnection()) {
          current = connection;
          keepUp(connection);
          failed = false;
        } catch (SQLException away) {
          // Whoever asks for events is told, and so is the log.
          log.debug("the newest events cannot be read: {}", RootCause.line(away));
        } catch (RuntimeException defect) {
          // Without this thread nobody would follow any more.
          log.error("the newest events are read from the table for a while", defect);
        } finally {
          current = null;
          window = null;
          // Whoever waits asks the table, and hears what is wrong.
          signalAll();
        }
        if (failed && !closed) {
          TimeUnit.NANOSECONDS.sleep(RETRY_AFTER.toNanos());
        }
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitFollowers() throws InterruptedException {
    lock.lock();
    try {
      while (!isFollowed()) {
        followed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isFollowed() {
    return System.nanoTime() - followedAt.get() < FOLLOWED_FOR.toNanos();
  }

  private void keepUp(Connection connection) throws SQLException, InterruptedException {
    boolean listens = listen(connection);
    connection.setAutoCommit(false);
    // Before the extent is read: what was shown until now is no higher than that.
    shown.set(0);
    TailWindow newest = query.start(connection);
    int behind = 0;
    while (!closed && isFollowed()) {
      window = newest;
      signalAll();
      if (newest.through() < newest.extent().watermark()) {
        behind++;
      } else {
        behind = 0;
        awaitWord(connection);
      }
      newest =
          behind < PORTIONS_BEHIND_MAX ? query.next(connection, newest) : query.start(connection);
    }
    connection.setAutoCommit(true);
    if (listens) {
      try (Statement unlisten = connection.createStatement()) {
        // Nobody would take what comes for it.
        unlisten.execute("unlisten *");
      }
    }
  }

  /** Whether the server can tell; a standby refuses to, and is looked at often instead. */
  private static boolean listen(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      try (ResultSet row = statement.executeQuery("select pg_is_in_recovery()")) {
        row.next();
        if (row.getBoolean(1)) {
          return false;
        }
      }
      statement.execute("listen " + ReadableChannel.NAME);
      return true;
    }
  }

  private static void awaitWord(Connection connection) throws SQLException, InterruptedException {
    connection.unwrap(PGConnection.class).getNotifications((int) LOOK_EVERY.toMillis());
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  private void signalAll() {
    lock.lock();
    try {
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
