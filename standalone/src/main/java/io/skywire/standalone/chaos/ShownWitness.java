package io.skywire.standalone.chaos;

import java.sql.SQLException;
import java.time.Duration;

/**
 * Compares what the api shows one of its clients with the watermark that the database itself has
 * after that; the api's own word for it may be as wrong as its page. Asks no more often than the
 * watermark rises. Where the database is away, what has been shown is compared when it is back:
 * that shows less, since the watermark may have risen. One thread.
 */
final class ShownWitness implements AutoCloseable {
  /** The watermark as the database has it. */
  interface Watermark extends AutoCloseable {
    long read() throws SQLException;

    @Override
    default void close() {}
  }

  private static final long AGAIN_NANOS = Duration.ofMillis(200).toNanos();

  private final Audit.Client client;
  private final Watermark database;
  private final Audit audit;
  private long shown;
  private long compared;
  private long watermark;
  private boolean away;
  private long triedNanos;

  /**
   * @param client who is shown it
   * @param database to ask, and to close
   */
  ShownWitness(Audit.Client client, Watermark database, Audit audit) {
    this.client = client;
    this.database = database;
    this.audit = audit;
  }

  /** The client has been shown this seq, or told that all at or below it can be read. */
  void shown(long seq) {
    shown = Math.max(shown, seq);
    compare();
  }

  /** Compares what could not be compared before. */
  void compare() {
    if (shown <= compared || (away && System.nanoTime() - triedNanos < AGAIN_NANOS)) {
      return;
    }
    // What it was before is enough to clear what is at or below it: it only rises.
    if (shown > watermark) {
      try {
        watermark = Math.max(watermark, database.read());
        away = false;
      } catch (SQLException failed) {
        away = true;
        triedNanos = System.nanoTime();
        return;
      }
    }
    compared = shown;
    audit.shown(client, shown, watermark);
  }

  @Override
  public void close() {
    database.close();
  }
}
