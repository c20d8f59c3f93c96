package io.skywire.sink.retention;

import io.skywire.sink.retention.Expiry.Day;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops the days that are older than what is kept, each in one transaction with its highest seq as
 * {@code trimmed_through}, so that no reader can miss an event without being told. Which days,
 * {@link Expiry} decides; by which day's date, {@link Today}. Any number of sinks may run it, each
 * on one thread.
 *
 * <p>{@code DROP} locks readers and sinks out for the milliseconds that it takes, and for {@link
 * #LOCK_WAIT_MAX} at most while it waits for one of them; then it fails until the next try. {@code
 * DETACH CONCURRENTLY} would lock nobody out, but while it waits for a long reader, and for ever
 * when it dies waiting, rows of its day have no partition and none can be made for them; nor can it
 * share a transaction with {@code trimmed_through}.
 */
public final class Retention {
  private static final Logger log = LoggerFactory.getLogger(Retention.class);

  /** As long as a large batch of the sink takes. Who comes meanwhile waits with us. */
  private static final String LOCK_WAIT_MAX = "500ms";

  private final DataSource database;
  private final InstantSource clock;
  private final int retentionDays;

  /**
   * @param retentionDays how many whole days are kept besides today
   */
  public Retention(DataSource database, InstantSource clock, int retentionDays) {
    this.database = database;
    this.clock = clock;
    this.retentionDays = retentionDays;
  }

  /**
   * Drops what has expired; a few short queries when nothing has.
   *
   * @return how many days were dropped
   * @throws SQLException when PostgreSQL is away, or somebody reads for so long that a day could
   *     not be dropped yet
   */
  public int dropExpired() throws SQLException {
    List<LocalDate> expired = new ArrayList<>();
    long through;
    try (Connection connection = database.getConnection()) {
      NavigableSet<LocalDate> days = attached(connection);
      LocalDate newest = newestWithEvents(connection, days);
      if (newest == null || !RetentionTable.exists(connection)) {
        return 0;
      }
      Instant now = clock.instant();
      LocalDate clockDay = LocalDate.ofInstant(now, ZoneOffset.UTC);
      LocalDate today = today(connection, newest.isBefore(clockDay) ? newest : clockDay, now);
      // One more, since another sink's clock may be ahead.
      LocalDate ahead = clockDay.plusDays(DayPartitions.DAYS_AHEAD + 1L);
      if (!days.first().isBefore(today.minusDays(retentionDays)) && !days.last().isAfter(ahead)) {
        return 0;
      }
      List<Day> all = extents(connection, days, RetentionTable.trimmedThrough(connection));
      Expiry expiry = Expiry.of(all, today, retentionDays, ahead, watermark(connection));
      // By seq: what has been dropped is a beginning at every moment.
      all.stream()
          .filter(expiry::hasExpired)
          .sorted(Comparator.comparingLong(Day::lastOrNone))
          .map(Day::date)
          .forEach(expired::add);
      through = expiry.through();
    }
    int dropped = 0;
    for (LocalDate day : expired) {
      if (drop(day, through)) {
        dropped++;
      }
    }
    return dropped;
  }

  private static NavigableSet<LocalDate> attached(Connection connection) throws SQLException {
    NavigableSet<LocalDate> days = new TreeSet<>();
    for (String table : DayTables.ALL) {
      days.addAll(DayTables.attached(connection, table));
    }
    return days;
  }

  private static @Nullable LocalDate newestWithEvents(
      Connection connection, NavigableSet<LocalDate> days) throws SQLException {
    for (LocalDate day : days.descendingSet()) {
      if (DayTables.number(connection, "select 1 from " + DayTables.eventsOf(day) + " limit 1")
          != null) {
        return day;
      }
    }
    return null;
  }

  private static LocalDate today(Connection connection, LocalDate claim, Instant now)
      throws SQLException {
    Today known = RetentionTable.today(connection);
    Today next = known.claim(claim, now);
    if (!next.equals(known)) {
      RetentionTable.setToday(connection, next);
      if (next.claimed() != null && known.claimed() == null) {
        log.warn(
            "the newest day was {} and is now {}: nothing more is dropped until that has stood for a day,"
                + " since a clock may have jumped",
            next.believed(),
            next.claimed());
      }
    }
    LocalDate believed = next.believed();
    return believed != null && believed.isBefore(claim) ? believed : claim;
  }

  private static List<Day> extents(
      Connection connection, NavigableSet<LocalDate> days, long trimmedThrough)
      throws SQLException {
    List<Day> extents = new ArrayList<>();
    for (LocalDate day : days) {
      String events = DayTables.eventsOf(day);
      extents.add(
          new Day(
              day,
              DayTables.number(
                  connection, "select min(seq) from " + events + " and seq > " + trimmedThrough),
              DayTables.number(connection, "select max(seq) from " + events)));
    }
    return extents;
  }

  private static @Nullable Long watermark(Connection connection) throws SQLException {
    return DayTables.number(connection, "select seq from readable_watermark");
  }

  /** Whether it was there, and still had nothing above {@code through}. */
  private boolean drop(LocalDate day, long through) throws SQLException {
    try (Connection transaction = database.getConnection();
        Statement statement = transaction.createStatement()) {
      transaction.setAutoCommit(false);
      statement.execute("set local lock_timeout = '" + LOCK_WAIT_MAX + "'");
      DayTables.lock(transaction);
      if (!attached(transaction).contains(day)) {
        return false;
      }
      statement.execute(
          "lock table only " + String.join(", only ", DayTables.ALL) + " in access exclusive mode");
      Long last = DayTables.number(transaction, "select max(seq) from " + DayTables.eventsOf(day));
      if (last != null && last > through) {
        return false;
      }
      if (last != null) {
        RetentionTable.raiseTrimmedThrough(transaction, last);
      }
      for (String table : DayTables.ALL) {
        statement.execute("drop table if exists " + DayTables.partition(table, day));
      }
      transaction.commit();
      log.info(
          "dropped the partitions of {}, {}",
          day,
          last == null ? "which were empty" : "whose last event was " + last);
      return true;
    }
  }
}
