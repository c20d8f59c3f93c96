package io.skywire.api.events;

import io.skywire.common.compression.EventDecompressor;
import io.skywire.common.compression.EventDictionaries;
import io.skywire.common.compression.UnreadableEventException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads pages without a filter by {@code COPY}, and puts each event where it is sent from. It reads
 * what is in the rows: a page ends before an event that is too long for that, or whose dictionary
 * is not known yet. Any thread may call it.
 */
final class PageCopy {
  /**
   * A longer event does not come with the other rows, of which one at a time is in memory. Whoever
   * ends a page early still gets the rest of its rows: as short as this they are soon gone.
   */
  private static final int INLINE_BYTES_MAX = 64 * 1024;

  private static final int COLUMNS = 5;
  private static final int SEQ = 0;
  private static final int BYTES = 1;
  private static final int EVENT = 2;
  private static final int EVENT_ZSTD = 3;

  private final EventDictionaries dictionaries;
  private final EventWalks walks;
  private final long pageBytesMax;

  PageCopy(EventDictionaries dictionaries, int scanMax, long pageBytesMax) {
    this.dictionaries = dictionaries;
    this.walks = new EventWalks(scanMax, INLINE_BYTES_MAX);
    this.pageBytesMax = pageBytesMax;
  }

  /**
   * The page without its events, which are written.
   *
   * @param request without a filter
   * @param through a seq above the request's since, up to which everything is readable
   * @return null when it begins with an event that is not for this
   */
  @Nullable EventPage read(
      Connection connection,
      PageRequest request,
      long through,
      EventMemory.Lease lease,
      Extent extent,
      StreamPageWriter out)
      throws SQLException {
    long since = request.since();
    String walk = walks.of(request.filter()).sql(since, through);
    int looked = 0;
    long bytes = 0;
    long end = since;
    // The rows are closed first, and wait for the rest of them.
    try (EventDecompressor decompressor = dictionaries.decompressor();
        CopiedRows rows = CopiedRows.open(connection, walk, COLUMNS)) {
      while (rows.next()) {
        long seq = rows.number(SEQ);
        if (!rows.isNull(BYTES)) {
          if (!isReady(rows, decompressor)) {
            return out.events() == 0 ? null : page(extent, since, end);
          }
          int length = length(rows);
          if (out.events() == 0) {
            lease.take(length);
          } else if (bytes + length > pageBytesMax || !lease.tryTake(length)) {
            return page(extent, since, end);
          }
          add(rows, seq, length, decompressor, out);
          bytes += length;
        }
        end = seq;
        if (++looked == request.limit()) {
          return page(extent, since, end);
        }
      }
    }
    return page(extent, since, through);
  }

  private static EventPage page(Extent extent, long since, long end) {
    return extent.page(List.of(), since, end, List.of());
  }

  private static boolean isReady(CopiedRows rows, EventDecompressor decompressor) {
    return rows.isNull(EVENT_ZSTD)
        ? !rows.isNull(EVENT)
        : decompressor.isReady(rows.array(), rows.start(EVENT_ZSTD), rows.length(EVENT_ZSTD));
  }

  /** Of the event; as the row has it only where nothing else tells. */
  private static int length(CopiedRows rows) throws SQLException {
    if (rows.isNull(EVENT_ZSTD)) {
      return rows.length(EVENT);
    }
    long length = rows.number(BYTES);
    if (length < 0 || length > INLINE_BYTES_MAX) {
      throw new UnreadableEventException("it is said to have %d bytes".formatted(length));
    }
    return (int) length;
  }

  private static void add(
      CopiedRows rows, long seq, int length, EventDecompressor decompressor, StreamPageWriter out)
      throws SQLException {
    if (rows.isNull(EVENT_ZSTD)) {
      out.add(seq, rows.array(), rows.start(EVENT), length);
    } else {
      out.add(
          seq, decompressor, rows.array(), rows.start(EVENT_ZSTD), rows.length(EVENT_ZSTD), length);
    }
  }
}
