package io.skywire.ingester.publish;

import io.skywire.common.topic.DeadLetterHeaders;
import io.skywire.common.topic.EventHeaders;
import io.skywire.common.topic.Gap;
import io.skywire.common.topic.Seq;
import io.skywire.common.topic.Topics;
import io.skywire.ingester.atproto.Event;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** The records that one relay's events, gaps and dead letters become. Immutable. */
final class TopicRecords {
  private final @Nullable String relay;
  private final @Nullable CloudEvents cloudEvents;

  /**
   * @param relay the relay's name; null where a dead letter has none, and then there is no source
   *     that a CloudEvent must name
   */
  TopicRecords(@Nullable String relay) {
    this.relay = relay;
    this.cloudEvents = relay == null ? null : new CloudEvents(relay);
  }

  ProducerRecord<byte[], byte[]> event(Event event, int partition, Instant indexedAt) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            Topics.EVENTS,
            partition,
            indexedAt.toEpochMilli(),
            Seq.toKey(event.seq()),
            event.json());
    Headers headers = record.headers();
    byte[] repo = utf8(event.repo());
    byte[] time = utf8(event.time());
    // First, since headers are looked for from the last one on, and readers look for the others.
    if (cloudEvents != null) {
      cloudEvents.addEvent(headers, event.seq(), event.type(), repo, time);
    }
    header(record, EventHeaders.EVENT_TYPE, event.type());
    if (repo != null) {
      headers.add(EventHeaders.REPO, repo);
    }
    if (!event.collections().isEmpty()) {
      header(record, EventHeaders.COLLECTIONS, String.join(",", event.collections()));
    }
    header(record, EventHeaders.OPS, event.ops());
    if (time != null) {
      headers.add(EventHeaders.TIME, time);
    }
    return record;
  }

  static ProducerRecord<byte[], byte[]> watermark(int partition, long seq, Instant at) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            Topics.EVENTS, partition, at.toEpochMilli(), Seq.toKey(seq), (byte[]) null);
    header(record, EventHeaders.EVENT_TYPE, EventHeaders.WATERMARK);
    return record;
  }

  /** The watermark of a topic that holds nothing below a seq. */
  static ProducerRecord<byte[], byte[]> beginning(int partition, long seq, Instant at) {
    ProducerRecord<byte[], byte[]> record = watermark(partition, 0, at);
    header(record, EventHeaders.BEGINS, Long.toString(seq));
    return record;
  }

  ProducerRecord<byte[], byte[]> gap(Gap gap, int partition) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            Topics.EVENTS,
            partition,
            gap.detectedAt().toEpochMilli(),
            Seq.toKey(gap.fromSeq()),
            (byte[]) null);
    if (cloudEvents != null) {
      cloudEvents.addGap(record.headers(), gap);
    }
    gap.addTo(record.headers());
    return record;
  }

  /** Its time is that of the batch's events: what is made of it later is indexed at that time. */
  ProducerRecord<byte[], byte[]> deadLetter(DeadLetter letter, Instant indexedAt) {
    Long seq = letter.seq();
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            Topics.DEAD_LETTERS,
            null,
            indexedAt.toEpochMilli(),
            seq == null ? null : Seq.toKey(seq),
            letter.frame());
    header(record, DeadLetterHeaders.REASON, letter.reason());
    header(record, DeadLetterHeaders.DETAIL, letter.detail());
    header(record, DeadLetterHeaders.RELAY, relay);
    header(record, DeadLetterHeaders.STAGE, DeadLetterHeaders.DECODE);
    return record;
  }

  static void header(ProducerRecord<byte[], byte[]> record, String name, @Nullable String value) {
    if (value != null) {
      record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static byte @Nullable [] utf8(@Nullable String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }
}
