package io.skywire.ingester.replay;

import io.skywire.common.topic.CloudEventHeaders;
import io.skywire.common.topic.DeadLetterHeaders;
import io.skywire.common.topic.EventHeaders;
import io.skywire.common.topic.Replay;
import io.skywire.ingester.atproto.Drop;
import io.skywire.ingester.atproto.Event;
import io.skywire.ingester.atproto.FrameDecoder;
import io.skywire.ingester.atproto.Info;
import io.skywire.ingester.atproto.RelayError;
import io.skywire.ingester.publish.DeadLetter;
import io.skywire.ingester.publish.ReplayPublisher.Replayed;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What a dead letter becomes today: a frame is decoded by today's decoder, a record is put together
 * as it was. Knows nothing of Kafka but the record. One thread.
 */
final class LetterReplay {
  /** Of a CloudEvent's source, before the relay's name. */
  private static final String SOURCE_PREFIX = "wss://";

  private final FrameDecoder decoder = new FrameDecoder();

  /**
   * @throws CannotReplayException when it is no event today either, or no better one
   */
  Replayed replay(ConsumerRecord<byte[], byte[]> record) throws CannotReplayException {
    Letter letter = Letter.of(record);
    if (letter.cutFrom() != null) {
      throw new CannotReplayException(
          "only %d of its %s bytes are kept".formatted(letter.bytes(), letter.cutFrom()));
    }
    if (record.value() == null) {
      throw new CannotReplayException("it has no value");
    }
    return switch (letter.stage()) {
      case DeadLetterHeaders.DECODE -> decode(letter, record.value());
      case DeadLetterHeaders.STORE -> store(letter, record);
      default ->
          throw new CannotReplayException(
              "its stage is " + letter.stage() + ", not decode or store");
    };
  }

  private Replayed decode(Letter letter, byte[] frame) throws CannotReplayException {
    return switch (decoder.decode(frame, letter.time())) {
      case Event event ->
          new Replayed(
              event, replay(letter, event), letter.time(), still(event, frame), letter.relay());
      case Drop drop ->
          throw new CannotReplayException(
              "still no event: %s, %s".formatted(drop.reason().label(), drop.detail()));
      case Info info -> throw new CannotReplayException("it is an info frame: " + info.name());
      case RelayError error ->
          throw new CannotReplayException("it is an error frame: " + error.error());
    };
  }

  private static Replay replay(Letter letter, Event event) throws CannotReplayException {
    if (!letter.reason().equals(DeadLetter.FLAWED_OP)) {
      return Replay.NEW;
    }
    if (letter.detail().equals(event.flaw())) {
      throw new CannotReplayException("still flawed: " + event.flaw());
    }
    return Replay.REPLACES;
  }

  private static @Nullable DeadLetter still(Event event, byte[] frame) {
    return event.flaw() == null
        ? null
        : new DeadLetter(event.seq(), frame, DeadLetter.FLAWED_OP, event.flaw());
  }

  private static Replayed store(Letter letter, ConsumerRecord<byte[], byte[]> record)
      throws CannotReplayException {
    Long seq = letter.seq();
    String type = Letter.text(record, EventHeaders.EVENT_TYPE);
    if (seq == null || seq == 0 || type == null) {
      throw new CannotReplayException("it is no event's record: " + letter.detail());
    }
    String collections = Letter.text(record, EventHeaders.COLLECTIONS);
    Event event =
        new Event(
            seq,
            type,
            Letter.text(record, EventHeaders.REPO),
            collections == null || collections.isEmpty()
                ? List.of()
                : List.of(collections.split(",")),
            Letter.text(record, EventHeaders.OPS),
            Letter.text(record, EventHeaders.TIME),
            record.value(),
            null);
    // What was itself a replay when PostgreSQL refused it is the same one again.
    String before = Letter.text(record, EventHeaders.REPLAY);
    Replay replay = before == null ? Replay.REPEATS : Replay.of(before);
    if (replay == null) {
      throw new CannotReplayException("it is no event's record: " + letter.detail());
    }
    return new Replayed(event, replay, letter.time(), null, relay(letter, record));
  }

  /** Where the sink did not know it yet, the record did: its event has a source again. */
  private static @Nullable String relay(Letter letter, ConsumerRecord<byte[], byte[]> record) {
    String source = Letter.text(record, CloudEventHeaders.SOURCE);
    return letter.relay() == null && source != null && source.startsWith(SOURCE_PREFIX)
        ? source.substring(SOURCE_PREFIX.length())
        : letter.relay();
  }
}
