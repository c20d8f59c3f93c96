package io.skywire.api.events;

import io.skywire.api.filters.EventFilter;
import io.skywire.common.compression.EventDecompressor;
import io.skywire.common.compression.EventDictionaries;
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
 * snapshot holds everything below it. A page ends at the limit, at the watermark or the seq that
 * the request gives, after {@code scanMax} looked-at rows when filters are combined, or before the
 * event for which there is no room; whichever it was, {@code max_seq} is where it stopped, and
 * nothing between two pages is missed. What retention has dropped is never missed unsaid either: a
 * page locks the table with its first statement, which reads the extent, and no partition is
 * dropped until its last row is read. Any thread may call it; it holds one connection during a
 * call. It reads no event for which the request's {@link EventMemory.Lease} has no room, but for
 * {@link #FETCH_ROWS} short ones, or one by {@link PageCopy}.
 */
public final class EventQuery {
  /** Rows that a combination of filters looks at for one page. */
  public static final int SCAN_MAX = 50_000;

  /** Bytes of a page of more than one event. A thousand common ones are a tenth of it. */
  public static final long PAGE_BYTES_MAX = 8L * 1024 * 1024;

  /** Rows in memory beside those of the page: with their events, 1.6 MiB at most. */
  private static final int FETCH_ROWS = 100;

  static final int QUERY_SECONDS_MAX = 10;

  private final DataSource database;
  private final EventDictionaries dictionaries;
  private final EventWalks walks;
  private final PageCopy copy;
  private final long pageBytesMax;

  public EventQuery(
      DataSource database, EventDictionaries dictionaries, int scanMax, long pageBytesMax) {
    this.database = database;
    this.dictionaries = dictionaries;
    this.walks = new EventWalks(scanMax);
    this.copy = new PageCopy(dictionaries, scanMax, pageBytesMax);
    this.pageBytesMax = pageBytesMax;
  }

  EventPage page(PageRequest request, EventMemory.Lease lease) throws SQLException {
    try (Connection connection = database.getConnection()) {
      // Rows come in portions only within a transaction.
      connection.setAutoCommit(false);
      Extent extent = Extent.read(connection);
      EventPage page = page(connection, request, lease, extent);
      page = page.with(passedGaps(connection, request, extent, page.maxSeq()));
      connection.commit();
      return page;
    }
  }

  /**
   * The page of a request without a filter, as a stream sends it. A page that begins with an event
   * that {@link PageCopy} does not read is read as any other.
   */
  StreamPage streamPage(PageRequest request, EventMemory.Lease lease) throws SQLException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      Extent extent = Extent.read(connection);
      long through = Math.min(extent.watermark(), request.through());
      StreamPageWriter out = new StreamPageWriter();
      EventPage page =
          request.since() < through
              ? copy.read(connection, request, through, lease, extent, out)
              : null;
      if (page == null) {
        page = page(connection, request, lease, extent);
        page.events().forEach(out::add);
      }
      List<Gap> gaps = passedGaps(connection, request, extent, page.maxSeq());
      connection.commit();
      return out.page(page.with(gaps), request.since());
    }
  }

  /** A page that was to end at a seq may end within a gap: the page that passes it tells of it. */
  private static List<Gap> passedGaps(
      Connection connection, PageRequest request, Extent extent, long maxSeq) throws SQLException {
    if (!extent.hasGapsAfter(request.since())) {
      return List.of();
    }
    List<Gap> passed = GapQuery.passed(connection, request.since(), maxSeq);
    return maxSeq < request.through()
        ? passed
        : passed.stream().filter(gap -> gap.toSeq() <= maxSeq + 1).toList();
  }

  /**
   * The event as the ingester has encoded it, or null when there is none that is readable and in
   * the scope.
   */
  byte @Nullable [] find(long seq, EventFilter scope, EventMemory.Lease lease) throws SQLException {
    if (!scope.canMatch()) {
      return null;
    }
    EventWalks.Walk walk = walks.one(scope);
    try (Connection connection = database.getConnection();
        PreparedStatement statement = prepare(connection, walk.sql())) {
      walk.bind(statement, seq, seq);
      try (ResultSet rows = statement.executeQuery()) {
        if (!rows.next()) {
          return null;
        }
        lease.take(rows.getInt("bytes"));
        try (EventDecompressor decompressor = dictionaries.decompressor(connection)) {
          return event(connection, rows, decompressor);
        }
      }
    }
  }

  /** The highest seq that retention has dropped; 0 before the first. */
  long trimmedThrough() throws SQLException {
    return number("select coalesce((select trimmed_through from retention), 0)");
  }

  /** Every event at or below it is readable; 0 before the first. */
  long watermark() throws SQLException {
    return number("select coalesce((select seq from readable_watermark), 0)");
  }

  private long number(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = prepare(connection, sql);
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  private EventPage page(
      Connection connection, PageRequest request, EventMemory.Lease lease, Extent extent)
      throws SQLException {
    long since = request.since();
    long through = Math.min(extent.watermark(), request.through());
    if (since >= through || !request.filter().canMatch()) {
      return extent.page(List.of(), since, Math.max(since, through), List.of());
    }
    EventWalks.Walk walk = walks.of(request.filter());
    List<Event> events = new ArrayList<>();
    long bytes = 0;
    long end = since;
    try (PreparedStatement statement = connection.prepareStatement(walk.sql());
        EventDecompressor decompressor = dictionaries.decompressor(connection)) {
      walk.bind(statement, since, through);
      statement.setMaxRows(request.limit());
      statement.setFetchSize(FETCH_ROWS);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          int length = rows.getInt("bytes");
          boolean meets = !rows.wasNull();
          if (meets && events.isEmpty()) {
            lease.take(length);
          } else if (meets && (bytes + length > pageBytesMax || !lease.tryTake(length))) {
            return extent.page(events, since, end, List.of());
          }
          byte[] event = meets ? event(connection, rows, decompressor) : null;
          if (event != null) {
            events.add(new Event(rows.getLong("seq"), event));
            bytes += length;
          }
          end = rows.getLong("seq");
          if (rows.getBoolean("stops") || events.size() == request.limit()) {
            return extent.page(events, since, end, List.of());
          }
        }
      }
    }
    return extent.page(events, since, through, List.of());
  }

  /** The row's event; null when it is long and has been trimmed since the row was read. */
  private static byte @Nullable [] event(
      Connection connection, ResultSet row, EventDecompressor decompressor) throws SQLException {
    byte[] event = decompressor.event(row);
    if (event != null) {
      return event;
    }
    try (PreparedStatement statement = prepare(connection, EventWalks.WHOLE)) {
      statement.setLong(1, row.getLong("seq"));
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? decompressor.event(rows) : null;
      }
    }
  }

  /** A statement with a time limit of its own, for which the driver sets a timer. */
  static PreparedStatement prepare(Connection connection, String sql) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    statement.setQueryTimeout(QUERY_SECONDS_MAX);
    return statement;
  }
}
