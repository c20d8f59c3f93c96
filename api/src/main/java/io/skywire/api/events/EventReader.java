package io.skywire.api.events;

import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads pages where they are quickest: of the newest events in memory, or else of the table. */
public final class EventReader {
  private final EventQuery table;
  private final EventTail tail;
  private final EventMemory memory;

  public EventReader(EventQuery table, EventTail tail, EventMemory memory) {
    this.table = table;
    this.tail = tail;
    this.memory = memory;
  }

  /** Room for what one page holds. */
  EventMemory.Lease lease() {
    return memory.lease();
  }

  EventPage page(PageRequest request, EventMemory.Lease lease) throws SQLException {
    EventPage newest = tail.page(request, lease, tail.shown());
    if (newest != null) {
      return newest;
    }
    EventPage page = stored(request, lease);
    tail.shown(page.watermarkSeq());
    return page;
  }

  /**
   * Of the newest events, for a reader who is not told the watermark; null when the table has to be
   * asked.
   */
  @Nullable EventPage newest(PageRequest request, EventMemory.Lease lease) {
    return tail.page(request, lease, 0);
  }

  /** Of the table, for a reader who is not told the watermark. */
  EventPage stored(PageRequest request, EventMemory.Lease lease) throws SQLException {
    EventPage page = table.page(request, lease);
    if (page.isLast()) {
      tail.follow();
    }
    return page;
  }

  /** Of the table and without a filter, as a stream sends it. */
  StreamPage history(PageRequest request, EventMemory.Lease lease) throws SQLException {
    StreamPage page = table.streamPage(request, lease);
    if (page.isLast()) {
      tail.follow();
    }
    return page;
  }

  /** Up to where everything is readable now. */
  long watermark() throws SQLException {
    return table.watermark();
  }

  /** Waits until there may be more after a seq; returns early when the process ends. */
  void await(long seq, Duration max) throws InterruptedException {
    tail.await(seq, max);
  }

  /** The process ends: nobody should wait or be kept waiting. */
  boolean isClosed() {
    return tail.isClosed();
  }
}
