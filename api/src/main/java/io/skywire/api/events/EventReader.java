package io.skywire.api.events;

import io.skywire.api.problems.NotFoundException;
import io.skywire.api.tokens.DatabaseTurns;
import io.skywire.api.tokens.Token;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads pages where they are quickest: of the newest events in memory, or else of the table. */
public final class EventReader {
  private final EventQuery table;
  private final EventTail tail;
  private final EventMemory memory;
  private final DatabaseTurns turns;

  public EventReader(EventQuery table, EventTail tail, EventMemory memory, DatabaseTurns turns) {
    this.turns = turns;
    this.table = table;
    this.tail = tail;
    this.memory = memory;
  }

  /** Room for what one page of nobody's holds. */
  EventMemory.Lease lease() {
    return memory.lease();
  }

  /** Room for what one page of this token holds. */
  EventMemory.Lease lease(Token token) {
    return memory.lease(token);
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
    EventPage page;
    try (DatabaseTurns.Turn _ = turn(lease)) {
      page = table.page(request, lease);
    }
    if (page.isLast()) {
      tail.follow();
    }
    return page;
  }

  /** Of the table and without a filter, as a stream sends it. */
  StreamPage history(PageRequest request, EventMemory.Lease lease) throws SQLException {
    StreamPage page;
    try (DatabaseTurns.Turn _ = turn(lease)) {
      page = table.streamPage(request, lease);
    }
    if (page.isLast()) {
      tail.follow();
    }
    return page;
  }

  /** What is nobody's request waits for none. */
  private DatabaseTurns.Turn turn(EventMemory.Lease lease) {
    Token token = lease.token();
    return token == null ? () -> {} : turns.take(token.id());
  }

  /** Up to where everything is readable now. */
  long watermark(Token token) throws SQLException {
    try (DatabaseTurns.Turn _ = turns.take(token.id())) {
      return table.watermark();
    }
  }

  /**
   * One event's JSON.
   *
   * @throws NotFoundException when there is none that the token sees, with the reason
   */
  byte[] event(long seq, Token token, EventMemory.Lease lease) throws SQLException {
    try (DatabaseTurns.Turn _ = turns.take(token.id())) {
      byte[] event = table.find(seq, token.scope(), lease);
      if (event == null) {
        throw absent(seq);
      }
      return event;
    }
  }

  private NotFoundException absent(long seq) throws SQLException {
    long trimmedThrough = table.trimmedThrough();
    return new NotFoundException(
        seq > trimmedThrough
            ? "there is no readable event with seq " + seq
            : "an event with seq %d would have been trimmed: all up to %d are past retention"
                .formatted(seq, trimmedThrough));
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
