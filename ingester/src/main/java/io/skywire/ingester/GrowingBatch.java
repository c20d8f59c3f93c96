package io.skywire.ingester;

import io.skywire.common.topic.Gap;
import io.skywire.ingester.atproto.Drop;
import io.skywire.ingester.atproto.Event;
import io.skywire.ingester.publish.Batch;
import io.skywire.ingester.publish.Cursor;
import io.skywire.ingester.publish.DeadLetter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The batch that a session is making, in the order of its frames. One thread. */
final class GrowingBatch {
  private final String relay;
  private final Instant now;
  private final @Nullable Long published;
  private final List<Event> events = new ArrayList<>();
  private final List<DeadLetter> letters = new ArrayList<>();
  private @Nullable Cursor cursor;
  private @Nullable Gap gap;
  private @Nullable Long begins;
  private long bytes;

  /**
   * @param published what the session's cursor says of that
   */
  GrowingBatch(String relay, Instant now, @Nullable Long published) {
    this.relay = relay;
    this.now = now;
    this.published = published;
  }

  /**
   * What comes next is not what came after the cursor.
   *
   * @param from up to where everything is in the topic
   * @param to the seq of what comes next
   */
  void addGap(long from, long to, String reason) {
    gap = new Gap(relay, from, to, reason, now);
  }

  /** Nothing is in the topic yet, and what is below this seq will not come. */
  void begin(long seq) {
    begins = seq;
  }

  /** A flawed event's frame is kept beside it. */
  void add(Event event, byte[] frame) {
    events.add(event);
    bytes += event.json().length;
    cursor = new Cursor(relay, event.seq(), event.time(), now, false, published);
    if (event.flaw() != null) {
      add(new DeadLetter(event.seq(), frame, DeadLetter.FLAWED_OP, event.flaw()));
    }
  }

  /** The cursor moves past what was dropped; its time stays that of an event. */
  void add(Drop drop, byte[] frame) {
    add(new DeadLetter(drop.seq(), frame, drop.reason().label(), drop.detail()));
    if (drop.seq() != null) {
      String time = cursor == null ? null : cursor.time();
      cursor = new Cursor(relay, drop.seq(), time, now, false, published);
    }
  }

  /** What cannot be told from one that is published already; the cursor covers it. */
  void addWentBack(long seq, long previous, byte[] frame) {
    add(
        new DeadLetter(
            seq, frame, DeadLetter.SEQ_WENT_BACK, "seq %d after %d".formatted(seq, previous)));
  }

  private void add(DeadLetter letter) {
    letters.add(letter);
    bytes += letter.frame().length;
  }

  /** What it takes in memory: the events' JSON and the dead letters' frames. */
  long bytes() {
    return bytes;
  }

  Batch toBatch() {
    return new Batch(now, events, letters, cursor, gap, begins);
  }
}
