package io.skywire.ingester;

import io.skywire.common.lifecycle.FatalException;
import io.skywire.ingester.atproto.Drop;
import io.skywire.ingester.atproto.Event;
import io.skywire.ingester.atproto.FrameDecoder;
import io.skywire.ingester.atproto.Info;
import io.skywire.ingester.atproto.RelayError;
import io.skywire.ingester.publish.Batch;
import io.skywire.ingester.publish.Cursor;
import io.skywire.ingester.relay.RelayDisconnectedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session with the relay: turns its frames into the next batch to publish, in order, and knows
 * what the relay's words about the cursor mean. A small frame can be a large event, so frames are
 * decoded only until the batch is full, and the rest is kept for the next one. What ends the
 * session is thrown by the next call, after everything before it has been handed out. One thread.
 */
final class Session {
  private static final Logger log = LoggerFactory.getLogger(Session.class);

  private static final String OUTDATED_CURSOR = "OutdatedCursor";
  private static final String FUTURE_CURSOR = "FutureCursor";
  private static final String OUTDATED_REASON = "the cursor was older than the relay's window";
  private static final String SKIPPED_REASON = "the relay skipped";
  private static final String OPERATOR_REASON = "an operator set the cursor forward";

  /** Less is what time servers do to clocks. */
  private static final Duration TOLD_BACK = Duration.ofMinutes(1);

  private final String relay;
  private final @Nullable Long cursor;
  private final @Nullable Long published;
  private final @Nullable Long start;
  private Instant indexedAtMin;
  private final long batchBytesMax;
  private final FrameDecoder decoder;
  private final SeqOrder order;
  private final IngesterMetrics metrics;
  private final ArrayDeque<byte[]> kept = new ArrayDeque<>();
  private boolean begins;
  private boolean outdated;
  private boolean toldBack;
  private @Nullable String ending;
  private boolean endingIsFatal;

  /**
   * @param committed the cursor; null when there is none and the session begins at the settings'
   *     start
   */
  Session(
      IngesterSettings settings,
      @Nullable Cursor committed,
      FrameDecoder decoder,
      IngesterMetrics metrics) {
    this.relay = settings.relayName();
    this.cursor = committed == null ? null : committed.seq();
    this.published = committed == null ? null : committed.published();
    this.start = settings.start();
    this.begins = published == null;
    this.indexedAtMin =
        committed == null || committed.byOperator() ? Instant.EPOCH : committed.writtenAt();
    this.batchBytesMax = settings.batchBytesMax();
    this.decoder = decoder;
    this.order =
        new SeqOrder(cursor, published == null ? asked(start) : published, settings.gapSeqs());
    this.metrics = metrics;
  }

  /** A seq that the first session was to begin after; nobody knows what the oldest one is. */
  private @Nullable Long asked(@Nullable Long from) {
    return cursor == null && from != null && from > 0 ? from : null;
  }

  /** Whether {@link #next} has use for frames: not while some are kept, nor after the end. */
  boolean wantsFrames() {
    return kept.isEmpty() && ending == null;
  }

  /**
   * @param frames as they came in; what does not fit into the batch is kept for the next call
   * @param now becomes every event's {@code indexed_at}, in whole milliseconds; where the clock has
   *     been set back, the time of the events before these does
   * @return at most {@code batchBytesMax} bytes of JSON and dead letters, and one event beyond
   * @throws RelayDisconnectedException when a frame before these has ended the session
   * @throws FatalException when the relay does not know our cursor
   */
  Batch next(List<byte[]> frames, Instant now) throws RelayDisconnectedException {
    if (ending != null) {
      if (endingIsFatal) {
        throw new FatalException(ending);
      }
      throw new RelayDisconnectedException(ending);
    }
    kept.addAll(frames);
    Instant indexedAt = notBack(now);
    GrowingBatch batch = new GrowingBatch(relay, indexedAt, published);
    while (ending == null && !kept.isEmpty() && batch.bytes() < batchBytesMax) {
      read(kept.remove(), indexedAt, batch);
    }
    return batch.toBatch();
  }

  /** Kafka drops by these times: days that a clock is behind are days that events are kept less. */
  private Instant notBack(Instant now) {
    if (now.isBefore(indexedAtMin)) {
      if (now.isBefore(indexedAtMin.minus(TOLD_BACK)) && !toldBack) {
        toldBack = true;
        log.warn(
            "the clock says {} and events are indexed at {} already: later ones keep that time",
            now,
            indexedAtMin);
      }
      return indexedAtMin;
    }
    indexedAtMin = now;
    return now;
  }

  private void read(byte[] frame, Instant now, GrowingBatch batch) {
    switch (decoder.decode(frame, now)) {
      case Event event -> {
        if (accept(event.seq(), frame, batch)) {
          batch.add(event, frame);
        }
      }
      case Drop drop -> {
        if (drop.seq() == null || accept(drop.seq(), frame, batch)) {
          batch.add(drop, frame);
        }
      }
      case Info info -> hear(info);
      case RelayError error -> end(error);
    }
  }

  private boolean accept(long seq, byte[] frame, GrowingBatch batch) {
    long previous = order.last();
    return switch (order.next(seq, outdated)) {
      case NEXT -> {
        begin(seq, batch);
        yield true;
      }
      case AFTER_GAP -> {
        begin(seq, batch);
        batch.addGap(order.gapBegins(), seq, gapReason());
        yield true;
      }
      case REPEATED -> {
        metrics.repeated();
        yield false;
      }
      case LEAPS -> {
        ending =
            "relay %s: seq leapt from %d to %d; asking for what is between"
                .formatted(relay, previous, seq);
        yield false;
      }
      case BACKWARDS -> {
        ending = "relay %s: seq went back from %d to %d".formatted(relay, previous, seq);
        if (!order.hasCome(seq)) {
          // The next session asks for what is after the highest: this one would not come again.
          batch.addWentBack(seq, previous, frame);
        }
        yield false;
      }
    };
  }

  /** With the first frame of all; without a seq that was asked for, the topic begins with it. */
  private void begin(long seq, GrowingBatch batch) {
    if (begins) {
      begins = false;
      Long after = cursor == null ? asked(start) : cursor;
      batch.begin(after == null ? seq : after + 1);
    }
  }

  private String gapReason() {
    if (order.skippedByOperator()) {
      return OPERATOR_REASON;
    }
    return outdated ? OUTDATED_REASON : SKIPPED_REASON;
  }

  private void hear(Info info) {
    if (info.name().equals(OUTDATED_CURSOR) && !outdated) {
      // Once a session: what a relay repeats must not fill the log.
      log.warn("relay {}: cursor {} is older than its window: {}", relay, cursor, info.message());
      outdated = true;
    } else {
      log.debug("relay {}: info {}: {}", relay, info.name(), info.message());
    }
  }

  private void end(RelayError error) {
    String future = error.error().equals(FUTURE_CURSOR) ? whatIsAhead() : null;
    endingIsFatal = future != null;
    ending =
        future != null
            ? future
            : "relay %s: %s%s"
                .formatted(
                    relay, error.error(), error.message() == null ? "" : ", " + error.message());
  }

  /** What we asked for that the relay has not reached; null when we asked for the live tail. */
  private @Nullable String whatIsAhead() {
    if (cursor != null) {
      return "cursor %d is ahead of relay %s; to set it back: ./skywire cursor set SEQ --replay (the table takes no event twice: if the relay counts anew, use another Kafka and database, with `up`: --fresh)"
          .formatted(cursor, relay);
    }
    return start == null
        ? null
        : "RELAY_START=%d is ahead of relay %s; use live, oldest, or a seq that the relay has sent"
            .formatted(start, relay);
  }
}
