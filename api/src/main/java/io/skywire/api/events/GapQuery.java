package io.skywire.api.events;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * Reads the table {@code gaps}, whose rows are stored with the watermark that passes them. Gaps are
 * rare: the table has no index by seq. Any thread may call it.
 */
public final class GapQuery {
  /** Gaps in one answer, but for those that end at the same seq as the last. */
  static final int GAPS_MAX = 1_000;

  private static final int REASON_LENGTH_MAX = 300;

  private static final String SQL =
      """
      select relay, from_seq, to_seq, left(reason, %d) as reason, detected_at
      from gaps
      where to_seq > ? and from_seq < ?
      order by to_seq
      fetch first ? rows with ties
      """
          .formatted(REASON_LENGTH_MAX);

  private final DataSource database;

  public GapQuery(DataSource database) {
    this.database = database;
  }

  /** Those that end after a seq, by their end; all of those that end at one seq, or none. */
  List<Gap> endingAfter(long seq, int limit) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = EventQuery.prepare(connection, SQL)) {
      return read(statement, seq, Long.MAX_VALUE, limit);
    }
  }

  /**
   * Those that a reader has passed who has got from one seq to another, by their end.
   *
   * @param connection on which what can be read up to {@code to} was read before, in a transaction
   *     that has a time limit for its statements
   */
  static List<Gap> passed(Connection connection, long since, long to) throws SQLException {
    // The last seq that is missing is the one before the gap's end.
    if (since >= to) {
      return List.of();
    }
    try (PreparedStatement statement = connection.prepareStatement(SQL)) {
      return read(statement, since + 1, to, GAPS_MAX);
    }
  }

  private static List<Gap> read(
      PreparedStatement statement, long endsAfter, long beginsBefore, int limit)
      throws SQLException {
    statement.setLong(1, endsAfter);
    statement.setLong(2, beginsBefore);
    statement.setInt(3, limit);
    try (ResultSet row = statement.executeQuery()) {
      List<Gap> gaps = new ArrayList<>();
      while (row.next()) {
        gaps.add(
            new Gap(
                row.getString("relay"),
                row.getLong("from_seq"),
                row.getLong("to_seq"),
                row.getString("reason"),
                row.getObject("detected_at", OffsetDateTime.class).toInstant()));
      }
      return gaps;
    }
  }
}
