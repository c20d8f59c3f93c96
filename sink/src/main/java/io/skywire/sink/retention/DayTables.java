package io.skywire.sink.retention;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The tables that are partitioned by day, and what their partitions are called. Whoever makes or
 * drops one takes {@link #lock} before, in the same transaction.
 */
final class DayTables {
  static final String EVENTS = "firehose_events";

  /** In the order in which the sink writes them: whoever locks both must do so in it too. */
  static final List<String> ALL = List.of(EVENTS, "firehose_event_collections");

  private static final DateTimeFormatter SUFFIX = DateTimeFormatter.ofPattern("uuuuMMdd");
  private static final String NAMED_BY_DAY = "_p[0-9]{4}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])$";
  private static final Duration IDLE_MAX = Duration.ofSeconds(5);
  private static final long ADVISORY_LOCK = 0x736b_7977_6972_6531L;

  private DayTables() {}

  /**
   * Waits until no other sink makes or drops partitions; held until the transaction ends. A sink
   * that stands still while it holds the lock, alive but stopped, lets go of it before long.
   */
  static void lock(Connection transaction) throws SQLException {
    try (PreparedStatement lock =
        transaction.prepareStatement(
            """
            select set_config('idle_in_transaction_session_timeout', ?, true),
                   pg_advisory_xact_lock(?)
            """)) {
      lock.setString(1, IDLE_MAX.toMillis() + "ms");
      lock.setLong(2, ADVISORY_LOCK);
      lock.execute();
    }
  }

  static String partition(String table, LocalDate day) {
    return table + "_p" + SUFFIX.format(day);
  }

  /** The events of a day, to select from; more conditions may follow with {@code and}. */
  static String eventsOf(LocalDate day) {
    return "%s where indexed_at >= '%s 00:00:00+00' and indexed_at < '%s 00:00:00+00'"
        .formatted(EVENTS, day, day.plusDays(1));
  }

  /** What the query answers: one number, or null without a row. */
  static @Nullable Long number(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      if (!row.next()) {
        return null;
      }
      long number = row.getLong(1);
      return row.wasNull() ? null : (Long) number;
    }
  }

  /** The days that have a partition; none when there is no such table yet. */
  static SortedSet<LocalDate> attached(Connection connection, String table) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            select right(c.relname, 8)
            from pg_inherits i
            join pg_class c on c.oid = i.inhrelid
            where i.inhparent = to_regclass(?) and c.relname ~ ?
            """)) {
      select.setString(1, table);
      select.setString(2, "^" + table + NAMED_BY_DAY);
      SortedSet<LocalDate> days = new TreeSet<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          days.add(LocalDate.parse(rows.getString(1), SUFFIX));
        }
      }
      return days;
    }
  }
}
