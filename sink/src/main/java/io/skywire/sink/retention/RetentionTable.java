package io.skywire.sink.retention;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** The one row of {@code retention}. */
final class RetentionTable {
  private RetentionTable() {}

  /** False before the migrations are applied. */
  static boolean exists(Connection connection) throws SQLException {
    return DayTables.number(connection, "select 1 where to_regclass('retention') is not null")
        != null;
  }

  /** The highest seq that was ever dropped, 0 before the first. */
  static long trimmedThrough(Connection connection) throws SQLException {
    Long through = DayTables.number(connection, "select trimmed_through from retention");
    return through == null ? 0 : through;
  }

  static void raiseTrimmedThrough(Connection transaction, long seq) throws SQLException {
    try (PreparedStatement update =
        transaction.prepareStatement(
            """
            update retention
            set trimmed_through = greatest(trimmed_through, ?), trimmed_at = clock_timestamp()
            """)) {
      update.setLong(1, seq);
      if (update.executeUpdate() != 1) {
        throw new SQLException("the table retention has lost its row");
      }
    }
  }

  static Today today(Connection connection) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement("select today, claimed_day, claimed_at from retention");
        ResultSet row = select.executeQuery()) {
      if (!row.next()) {
        throw new SQLException("the table retention has lost its row");
      }
      OffsetDateTime claimedAt = row.getObject(3, OffsetDateTime.class);
      return new Today(
          row.getObject(1, LocalDate.class),
          row.getObject(2, LocalDate.class),
          claimedAt == null ? null : claimedAt.toInstant());
    }
  }

  static void setToday(Connection connection, Today today) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "update retention set today = ?, claimed_day = ?, claimed_at = ?")) {
      update.setObject(1, today.believed(), Types.DATE);
      update.setObject(2, today.claimed(), Types.DATE);
      update.setObject(3, utc(today.claimedAt()), Types.TIMESTAMP_WITH_TIMEZONE);
      update.executeUpdate();
    }
  }

  private static @Nullable OffsetDateTime utc(@Nullable Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }
}
