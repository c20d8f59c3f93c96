package io.skywire.ingester;

import io.skywire.common.lifecycle.FatalException;
import io.skywire.ingester.atproto.Drop;
import io.skywire.ingester.atproto.Event;
import io.skywire.ingester.atproto.FrameDecoder;
import io.skywire.ingester.atproto.Info;
import io.skywire.ingester.atproto.RelayError;
import io.skywire.ingester.publish.Batch;
import io.skywire.ingester.publish.Cursor;
import io.skywire.ingester.publish.DeadLetter;
import io.skywire.ingester.relay.RelayDisconnectedException;
import io.skywire.ingester.status.StatusBoard;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session with the relay: turns its frames into the next batch to publish, in order, and knows
 * what the relay's words about the cursor mean. What ends the session is thrown by the next call,
 * after everything before it has been handed out. One thread.
 */
final class Session {
  private static final Logger log = LoggerFactory.getLogger(Session.class);

  private static final String FLAWED_OP = "flawed_op";
  private static final String OUTDATED_CURSOR = "OutdatedCursor";
  private static final String FUTURE_CURSOR = "FutureCursor";

  private final String relay;
  private final @Nullable Long cursor;
  private final FrameDecoder decoder;
  private final SeqOrder order;
  private final StatusBoard status;
  private final IngesterMetrics metrics;
  private boolean outdated;
  private @Nullable String ending;

  Session(
      String relay,
      @Nullable Long cursor,
      long gapSeqs,
      FrameDecoder decoder,
      StatusBoard status,
      IngesterMetrics metrics) {
    this.relay = relay;
    this.cursor = cursor;
    this.decoder = decoder;
    this.order = new SeqOrder(cursor, gapSeqs);
    this.status = status;
    this.metrics = metrics;
  }

  /**
   * @param frames as they came in
   * @param now becomes every event's {@code indexed_at}, in whole milliseconds
   * @throws RelayDisconnectedException when a frame before these has ended the session
   * @throws FatalException when the relay does not know our cursor
   */
  Batch next(List<byte[]> frames, Instant now) throws RelayDisconnectedException {
    if (ending != null) {
      throw new RelayDisconnectedException(ending);
    }
    List<Event> events = new ArrayList<>(frames.size());
    List<DeadLetter> letters = new ArrayList<>();
    long last = -1;
    String time = null;
    for (byte[] frame : frames) {
      switch (decoder.decode(frame, now)) {
        case Event event -> {
          if (accept(event.seq())) {
            events.add(event);
            last = event.seq();
            time = event.time();
            if (event.flaw() != null) {
              letters.add(new DeadLetter(event.seq(), frame, FLAWED_OP, event.flaw()));
            }
          }
        }
        case Drop drop -> {
          if (drop.seq() == null || accept(drop.seq())) {
            letters.add(new DeadLetter(drop.seq(), frame, drop.reason().label(), drop.detail()));
            last = drop.seq() == null ? last : drop.seq();
          }
        }
        case Info info -> hear(info);
        case RelayError error -> end(error);
      }
      if (ending != null) {
        break;
      }
    }
    return new Batch(now, events, letters, last < 0 ? null : new Cursor(relay, last, time, now));
  }

  private boolean accept(long seq) {
    long previous = order.last();
    return switch (order.next(seq)) {
      case NEXT -> {
        if (order.isFirstAfterGap(seq, outdated) && cursor != null) {
          recordGap(cursor, seq);
        }
        yield true;
      }
      case REPEATED -> {
        metrics.repeated();
        yield false;
      }
      case BACKWARDS -> {
        ending = "relay %s: seq went back from %d to %d".formatted(relay, previous, seq);
        yield false;
      }
    };
  }

  private void recordGap(long from, long to) {
    String reason = outdated ? "the cursor was older than the relay's window" : "the relay skipped";
    log.error("relay {} lost the events between seq {} and {}: {}", relay, from, to, reason);
    status.gap(from, to, reason);
    metrics.gap();
  }

  private void hear(Info info) {
    if (info.name().equals(OUTDATED_CURSOR)) {
      log.warn("relay {}: cursor {} is older than its window: {}", relay, cursor, info.message());
      outdated = true;
    } else {
      log.debug("relay {}: info {}: {}", relay, info.name(), info.message());
    }
  }

  private void end(RelayError error) {
    if (error.error().equals(FUTURE_CURSOR)) {
      throw new FatalException(
          "cursor %d is ahead of relay %s; to set it: ./skywire cursor set SEQ"
              .formatted(cursor, relay));
    }
    ending =
        "relay %s: %s%s"
            .formatted(relay, error.error(), error.message() == null ? "" : ", " + error.message());
  }
}
