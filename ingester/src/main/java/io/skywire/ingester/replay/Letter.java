package io.skywire.ingester.replay;

import io.skywire.common.topic.DeadLetterHeaders;
import io.skywire.common.topic.Seq;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter without its bytes. Its texts are whoever's wrote them; they are not fit to print.
 *
 * @param time its event's {@code indexed_at}
 * @param seq null when it could not be read
 * @param stage {@code decode} or {@code store}
 * @param detail what was wrong and where
 * @param bytes of the value that is kept
 * @param cutFrom bytes of the value that came, when only its beginning is kept
 * @param replayedAt null when it has not been replayed
 */
public record Letter(
    LetterPosition position,
    Instant time,
    @Nullable Long seq,
    String stage,
    String reason,
    String detail,
    @Nullable String relay,
    int bytes,
    @Nullable String cutFrom,
    @Nullable Instant replayedAt) {

  static Letter of(ConsumerRecord<byte[], byte[]> record) {
    return new Letter(
        position(record),
        Instant.ofEpochMilli(record.timestamp()),
        Seq.ofKey(record.key()),
        textOrUnknown(record, DeadLetterHeaders.STAGE),
        textOrUnknown(record, DeadLetterHeaders.REASON),
        textOrUnknown(record, DeadLetterHeaders.DETAIL),
        text(record, DeadLetterHeaders.RELAY),
        record.value() == null ? 0 : record.value().length,
        text(record, DeadLetterHeaders.CUT_FROM),
        null);
  }

  Letter replayedAt(@Nullable Instant when) {
    return new Letter(position, time, seq, stage, reason, detail, relay, bytes, cutFrom, when);
  }

  static LetterPosition position(ConsumerRecord<byte[], byte[]> record) {
    return new LetterPosition(record.partition(), record.offset());
  }

  /** A header's text, null without the header. */
  static @Nullable String text(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  private static String textOrUnknown(ConsumerRecord<byte[], byte[]> record, String name) {
    String text = text(record, name);
    return text == null ? "unknown" : text;
  }
}
