package io.skywire.api.events;

import io.skywire.api.filters.EventFilter;
import java.sql.SQLException;

/**
 * The pages of one stream, in memory only while they are sent. Without a filter the history comes
 * in pages that end where those of other streams end too, so that all who take it in at the same
 * time share them ({@link SharedPages}). One thread.
 */
final class StreamPages {
  /** Of seqs; with none missing it is a full page. */
  private static final long SPAN_MIN = PageRequest.LIMIT_MAX;

  private static final long SPAN_MAX = 1L << 40;

  /** With fewer events in a span a page costs more than it brings. */
  private static final int EVENTS_MIN = PageRequest.LIMIT_MAX / 4;

  /** Pages that are read while one is sent. */
  private static final int AHEAD = 2;

  private final EventReader reader;
  private final SharedPages shared;

  /** Pages end at its multiples. */
  private long span = SPAN_MIN;

  StreamPages(EventReader reader, SharedPages shared) {
    this.reader = reader;
    this.shared = shared;
  }

  /** The page, for which the lease has room until it is sent. */
  StreamPage next(PageRequest request, EventMemory.Lease lease)
      throws SQLException, InterruptedException {
    long since = request.since();
    EventPage newest = reader.newest(request, lease);
    if (newest != null) {
      return StreamPage.of(newest, since);
    }
    if (!request.filter().equals(EventFilter.ALL)) {
      return StreamPage.of(reader.stored(request, lease), since);
    }
    long through = end(since);
    StreamPage page = shared.page(request.through(through), lease);
    if (page.events() == PageRequest.LIMIT_MAX) {
      span = Math.max(SPAN_MIN, span / 2);
    } else if (!page.isLast() && isThin(page, since)) {
      span = Math.min(SPAN_MAX, span * 2);
    }
    readAhead(request.after(page.maxSeq()), page, page.maxSeq() == through ? AHEAD : 1);
    return page;
  }

  /**
   * Where the next page will begin is known, and where one after it will while pages end where they
   * are to end. A page that goes up to the watermark would not be for others, nor for this stream.
   */
  private void readAhead(PageRequest next, StreamPage page, int pages) {
    PageRequest from = next;
    for (int ahead = 0; ahead < pages; ahead++) {
      long through = end(from.since());
      if (through >= page.watermarkSeq()) {
        return;
      }
      shared.readAhead(from.through(through));
      from = from.after(through);
    }
  }

  /** Of a whole span: the first page may end soon after it has begun. */
  private boolean isThin(StreamPage page, long since) {
    double eventsPerSeq = (double) page.events() / Math.max(1, page.maxSeq() - since);
    return eventsPerSeq * span < EVENTS_MIN;
  }

  private long end(long since) {
    long spans = since / span + 1;
    return spans > Long.MAX_VALUE / span ? Long.MAX_VALUE : spans * span;
  }
}
