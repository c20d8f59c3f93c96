package io.skywire.ingester.replay;

import io.skywire.common.topic.DeadLetterHeaders;
import io.skywire.ingester.publish.Cursor;
import io.skywire.ingester.publish.CursorTopic;
import io.skywire.ingester.publish.FencedException;
import io.skywire.ingester.publish.PublishFailedException;
import io.skywire.ingester.publish.ReplayPublisher;
import io.skywire.ingester.publish.ReplayPublisher.Replayed;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Replays letters one after another. From when it is opened on nobody else does, so what has been
 * replayed before is known. Owns publisher and topic; one thread.
 */
public final class ReplaySession implements AutoCloseable {
  private final ReplayPublisher publisher;
  private final DeadLetterTopic letters;
  private final CursorTopic cursors;
  private final InstantSource clock;
  private final LetterReplay replay = new LetterReplay();

  /** By relay. An ingester only moves it on; one below a seq is looked at anew. */
  private final Map<String, Cursor> cursorOf = new HashMap<>();

  /** By partition: the first offset from which on the notes are known, and the notes. */
  private final Map<Integer, Long> notedFrom = new HashMap<>();

  private final Map<LetterPosition, Instant> notes = new HashMap<>();

  ReplaySession(
      ReplayPublisher publisher,
      DeadLetterTopic letters,
      CursorTopic cursors,
      InstantSource clock) {
    this.publisher = publisher;
    this.letters = letters;
    this.cursors = cursors;
    this.clock = clock;
  }

  /**
   * Puts the letter's event into the topic, from which the sink stores it.
   *
   * @throws CannotReplayException when there is no such letter, or it stays one
   */
  public Replayed replay(LetterPosition position)
      throws CannotReplayException, FencedException, PublishFailedException {
    ConsumerRecord<byte[], byte[]> record = letters.find(position);
    if (record == null) {
      throw new CannotReplayException("there is no such letter");
    }
    Instant before = noteOf(position);
    if (before != null) {
      throw new CannotReplayException("it was replayed at " + before);
    }
    Replayed replayed = replay.replay(record);
    if (DeadLetterHeaders.DECODE.equals(Letter.of(record).stage())) {
      requireThatTheIngesterIsPast(replayed);
    }
    publisher.publish(replayed, position.partition(), position.toString());
    notes.put(position, clock.instant());
    return replayed;
  }

  @Override
  public void close() {
    publisher.close();
    letters.close();
  }

  private @Nullable Instant noteOf(LetterPosition position) {
    Long known = notedFrom.get(position.partition());
    if (known == null || position.offset() < known) {
      notes.putAll(letters.notes(position));
      notedFrom.put(position.partition(), position.offset());
    }
    return notes.get(position);
  }

  /** Otherwise it would decode the frame itself, and the event would be twice in the topic. */
  private void requireThatTheIngesterIsPast(Replayed replayed) throws CannotReplayException {
    String relay = replayed.relay();
    long seq = replayed.event().seq();
    Cursor cursor = relay == null ? null : cursor(relay, seq);
    if (cursor == null) {
      throw new CannotReplayException(
          "it is of relay %s, and the topic has no cursor of it".formatted(relay));
    }
    if (cursor.byOperator()) {
      throw new CannotReplayException(
          "the cursor %d was set by hand, and no event has come since; try again after the next"
              .formatted(cursor.seq()));
    }
    if (seq > cursor.seq()) {
      throw new CannotReplayException(
          "its seq %d is above the cursor %d: the ingester has yet to read it from the relay"
              .formatted(seq, cursor.seq()));
    }
  }

  private @Nullable Cursor cursor(String relay, long atLeast) {
    Cursor known = cursorOf.get(relay);
    if (known == null || known.seq() < atLeast || known.byOperator()) {
      known = cursors.read(relay).get(relay);
      if (known != null) {
        cursorOf.put(relay, known);
      }
    }
    return known;
  }
}
