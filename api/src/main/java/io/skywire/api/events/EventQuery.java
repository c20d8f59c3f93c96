package io.skywire.api.events;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Reads events. The watermark is read by a statement of its own before the rows, so that the rows'
 * snapshot holds everything below it. A page ends at the limit, at the watermark, after {@code
 * scanMax} looked-at rows when filters are combined, or when its bytes are enough; whichever it
 * was, {@code max_seq} is where it stopped, and nothing between two pages is missed. Any thread may
 * call it; it holds one connection during a call.
 */
public final class EventQuery {
  /** Rows that a combination of filters looks at for one page. */
  public static final int SCAN_MAX = 50_000;

  /** Bytes of events after which a page takes no further one. */
  public static final long PAGE_BYTES_MAX = 16L * 1024 * 1024;

  /** Rows in memory at a time beside those of the page. */
  private static final int FETCH_ROWS = 100;

  private static final int QUERY_SECONDS_MAX = 10;

  private final DataSource database;
  private final EventWalks walks;
  private final long pageBytesMax;

  public EventQuery(DataSource database, int scanMax, long pageBytesMax) {
    this.database = database;
    this.walks = new EventWalks(scanMax);
    this.pageBytesMax = pageBytesMax;
  }

  EventPage page(PageRequest request) throws SQLException {
    try (Connection connection = database.getConnection()) {
      // Rows come in portions only within a transaction.
      connection.setAutoCommit(false);
      Extent extent = extent(connection);
      EventPage page = page(connection, request, extent);
      connection.commit();
      return page;
    }
  }

  /** The stored bytes of the event, or null when there is none that is readable. */
  byte @Nullable [] find(long seq) throws SQLException {
    String sql =
        """
        select event
        from firehose_events
        where seq = ? and seq <= (select seq from readable_watermark)
        limit 1
        """;
    try (Connection connection = database.getConnection();
        PreparedStatement statement = prepare(connection, sql)) {
      statement.setLong(1, seq);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? rows.getBytes("event") : null;
      }
    }
  }

  private EventPage page(Connection connection, PageRequest request, Extent extent)
      throws SQLException {
    long since = request.since();
    long watermark = extent.watermark();
    if (since >= watermark || !request.filter().canMatch()) {
      return new EventPage(List.of(), Math.max(since, watermark), extent.oldest(), watermark);
    }
    EventWalks.Walk walk = walks.of(request.filter());
    List<byte[]> events = new ArrayList<>();
    long bytes = 0;
    try (PreparedStatement statement = prepare(connection, walk.sql())) {
      walk.bind(statement, since, watermark);
      statement.setMaxRows(request.limit());
      statement.setFetchSize(FETCH_ROWS);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          long seq = rows.getLong("seq");
          byte[] event = rows.getBytes("event");
          if (event != null) {
            events.add(event);
            bytes += event.length;
          }
          if (rows.getBoolean("stops")
              || events.size() == request.limit()
              || bytes >= pageBytesMax) {
            return new EventPage(events, seq, extent.oldest(), watermark);
          }
        }
      }
    }
    return new EventPage(events, watermark, extent.oldest(), watermark);
  }

  private static Extent extent(Connection connection) throws SQLException {
    String sql =
        """
        select w.seq as watermark, oldest.seq as oldest
        from (select coalesce((select seq from readable_watermark), 0) as seq) w
        left join lateral (
          select e.seq from firehose_events e where e.seq <= w.seq order by e.seq limit 1
        ) oldest on true
        """;
    try (PreparedStatement statement = prepare(connection, sql);
        ResultSet rows = statement.executeQuery()) {
      rows.next();
      return new Extent(rows.getLong("watermark"), rows.getObject("oldest", Long.class));
    }
  }

  private static PreparedStatement prepare(Connection connection, String sql) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    statement.setQueryTimeout(QUERY_SECONDS_MAX);
    return statement;
  }

  private record Extent(long watermark, @Nullable Long oldest) {}
}
