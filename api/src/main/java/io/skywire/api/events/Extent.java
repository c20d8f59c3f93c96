package io.skywire.api.events;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What there was to read when it was looked for.
 *
 * @param watermark every event at or below it is readable
 * @param oldest the oldest readable event, null when there is none
 * @param trimmedThrough the highest seq that retention has dropped, 0 before the first
 * @param gapsEnd the highest seq at which a gap ends, 0 before the first: whatever gap the
 *     watermark has passed is stored with it
 */
record Extent(long watermark, @Nullable Long oldest, long trimmedThrough, long gapsEnd) {
  private static final String TIME_LIMIT =
      "set_config('statement_timeout', '%ds', true)".formatted(EventQuery.QUERY_SECONDS_MAX);

  private static final String SQL =
      """
      select w.seq as watermark, oldest.seq as oldest,
             coalesce((select trimmed_through from retention), 0) as trimmed_through,
             coalesce((select max(to_seq) from gaps), 0) as gaps_end, %s
      from (select coalesce((select seq from readable_watermark), 0) as seq) w
      left join lateral (
        select e.seq from firehose_events e where e.seq <= w.seq order by e.seq limit 1
      ) oldest on true
      """
          .formatted(EventWalks.NOTHING_BUT_WALKS + "," + TIME_LIMIT);

  /**
   * In the transaction that reads the events next, whose statements the server itself ends when
   * they take too long from now on: the driver would need a timer for each, and has none for rows
   * that come in portions.
   */
  static Extent read(Connection connection) throws SQLException {
    try (PreparedStatement statement = EventQuery.prepare(connection, SQL);
        ResultSet rows = statement.executeQuery()) {
      rows.next();
      return new Extent(
          rows.getLong("watermark"),
          rows.getObject("oldest", Long.class),
          rows.getLong("trimmed_through"),
          rows.getLong("gaps_end"));
    }
  }

  /** The same as seen by who has read up to this seq only. */
  Extent upTo(long seq) {
    return new Extent(Math.min(watermark, seq), oldest, trimmedThrough, gapsEnd);
  }

  /** Whether a reader who has read up to this seq may pass a gap. */
  boolean hasGapsAfter(long since) {
    // The last seq that is missing is the one before the gap's end.
    return gapsEnd > since + 1;
  }

  EventPage page(List<Event> events, long since, long maxSeq, List<Gap> gaps) {
    return new EventPage(events, maxSeq, oldest, watermark, since < trimmedThrough, gaps);
  }
}
