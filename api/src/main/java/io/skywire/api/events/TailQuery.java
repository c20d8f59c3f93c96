package io.skywire.api.events;

import io.skywire.common.compression.EventDecompressor;
import io.skywire.common.compression.EventDictionaries;
import io.skywire.common.compression.UnreadableEventException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what has come since the last time, with what filters ask for. */
final class TailQuery {
  private static final int PORTION = 500;
  private static final int PORTION_BYTES_MAX = 4 * 1024 * 1024;

  /** With events that are at most {@link EventWalks#INLINE_BYTES_MAX} long. */
  private static final int FETCH_ROWS = 100;

  private static final String SQL =
      """
      select seq, event_type, repo, collection, bytes,
             case when bytes <= %1$d then event end as event,
             case when bytes <= %1$d then event_zstd end as event_zstd,
             (select array_agg(c.collection)
              from firehose_event_collections c
              where c.seq = came.seq and c.indexed_at = came.indexed_at) as further
      from (
        select *, %2$s as bytes
        from firehose_events
        where seq > ? and seq <= ?
        order by seq
        limit %3$d
      ) came
      order by seq
      """
          .formatted(EventWalks.INLINE_BYTES_MAX, EventWalks.BYTES, PORTION);

  private final EventDictionaries dictionaries;

  TailQuery(EventDictionaries dictionaries) {
    this.dictionaries = dictionaries;
  }

  /** From the watermark on. */
  TailWindow start(Connection connection) throws SQLException {
    Extent extent = Extent.read(connection);
    connection.commit();
    return TailWindow.startingAt(extent, System.nanoTime());
  }

  /** With the next portion of what has come. */
  TailWindow next(Connection connection, TailWindow before) throws SQLException {
    long nanos = System.nanoTime();
    Extent extent = Extent.read(connection);
    List<TailEvent> events =
        extent.watermark() > before.through()
            ? read(connection, before.through(), extent.watermark(), nanos)
            : List.of();
    long to =
        isFull(events) ? events.getLast().seq() : Math.max(before.through(), extent.watermark());
    List<Gap> gaps = GapQuery.passed(connection, before.from(), to);
    connection.commit();
    return before.with(events, to, extent, gaps, nanos);
  }

  private static boolean isFull(List<TailEvent> events) {
    return events.size() == PORTION
        || events.stream().mapToLong(TailEvent::bytes).sum() >= PORTION_BYTES_MAX;
  }

  private List<TailEvent> read(Connection connection, long since, long watermark, long nanos)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(SQL);
        EventDecompressor decompressor = dictionaries.decompressor(connection)) {
      statement.setLong(1, since);
      statement.setLong(2, watermark);
      statement.setFetchSize(FETCH_ROWS);
      try (ResultSet rows = statement.executeQuery()) {
        List<TailEvent> events = new ArrayList<>();
        long bytes = 0;
        while (bytes < PORTION_BYTES_MAX && rows.next()) {
          events.add(
              new TailEvent(
                  rows.getLong("seq"),
                  rows.getString("event_type"),
                  rows.getString("repo"),
                  collections(rows),
                  json(rows, decompressor),
                  nanos));
          bytes += events.getLast().bytes();
        }
        return events;
      }
    }
  }

  private static List<String> collections(ResultSet row) throws SQLException {
    String first = row.getString("collection");
    Array further = row.getArray("further");
    if (first == null) {
      return List.of();
    }
    if (further == null) {
      return List.of(first);
    }
    List<String> all = new ArrayList<>(List.of((String[]) further.getArray()));
    all.add(first);
    return all;
  }

  private static byte @Nullable [] json(ResultSet row, EventDecompressor decompressor)
      throws SQLException {
    try {
      return decompressor.event(row);
    } catch (UnreadableEventException left) {
      return null; // to who reads it from the table, and is told why
    }
  }
}
