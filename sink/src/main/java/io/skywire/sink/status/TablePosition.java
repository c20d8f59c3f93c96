package io.skywire.sink.status;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the table has got to, whichever sink has brought it there.
 *
 * @param nextOffsets by partition of the newest topic
 * @param watermark null when nothing is readable yet
 * @param newestAt {@code indexed_at} of the newest readable event
 * @param trimmedThrough the highest seq that retention has dropped
 * @param bytes that the database takes
 */
record TablePosition(
    Map<Integer, Long> nextOffsets,
    @Nullable Long watermark,
    @Nullable Instant newestAt,
    long trimmedThrough,
    long bytes) {

  static TablePosition read(Connection connection) throws SQLException {
    Map<Integer, Long> offsets = nextOffsets(connection);
    try (PreparedStatement select =
            connection.prepareStatement(
                """
                select watermark.seq, newest.indexed_at, retention.trimmed_through,
                       pg_database_size(current_database())
                from retention
                left join readable_watermark watermark on true
                left join lateral (
                  select e.indexed_at from firehose_events e
                  where e.seq <= watermark.seq
                  order by e.seq desc
                  limit 1
                ) newest on true
                """);
        ResultSet row = select.executeQuery()) {
      if (!row.next()) {
        throw new SQLException("the table retention has lost its row");
      }
      OffsetDateTime newestAt = row.getObject(2, OffsetDateTime.class);
      return new TablePosition(
          offsets,
          row.getObject(1, Long.class),
          newestAt == null ? null : newestAt.toInstant(),
          row.getLong(3),
          row.getLong(4));
    }
  }

  private static Map<Integer, Long> nextOffsets(Connection connection) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement(
                """
                select partition, next_offset from sink_progress
                where topic_id = (select topic_id from sink_topics order by first_seen_at desc limit 1)
                """);
        ResultSet rows = select.executeQuery()) {
      Map<Integer, Long> offsets = new HashMap<>();
      while (rows.next()) {
        offsets.put(rows.getInt(1), rows.getLong(2));
      }
      return offsets;
    }
  }
}
