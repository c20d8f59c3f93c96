package io.skywire.sink.write;

import io.skywire.common.topic.EventHeaders;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * One event as a row, carried over from a Kafka record without parsing its JSON.
 *
 * @param repo UTF-8; null for an event that names none
 * @param collections distinct valid collections of its ops; the first is the column's
 * @param time microseconds since 1970, null when unknown or beyond what PostgreSQL holds
 * @param indexedAt milliseconds since 1970: the record's timestamp, or where {@link #at} puts it
 * @param json the event, UTF-8
 */
public record EventRow(
    long seq,
    byte[] eventType,
    byte @Nullable [] repo,
    List<String> collections,
    @Nullable Long time,
    long indexedAt,
    byte[] json) {

  // What timestamptz holds of the years that an ISO 8601 datetime can name.
  private static final Instant TIME_MIN = Instant.parse("-4712-01-01T00:00:00Z");
  private static final Instant TIME_MAX = Instant.parse("+294276-12-31T23:59:59Z");

  static EventRow of(ConsumerRecord<byte[], byte[]> record, long seq, String type, byte[] json) {
    Header repo = record.headers().lastHeader(EventHeaders.REPO);
    String collections = text(record, EventHeaders.COLLECTIONS);
    return new EventRow(
        seq,
        type.getBytes(StandardCharsets.UTF_8),
        repo == null ? null : repo.value(),
        collections == null || collections.isEmpty() ? List.of() : List.of(collections.split(",")),
        micros(text(record, EventHeaders.TIME)),
        record.timestamp(),
        json);
  }

  /** Below every event's seq, and as plain as an event can be. */
  static EventRow plain(long indexedAt) {
    byte[] did = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa".getBytes(StandardCharsets.UTF_8);
    byte[] type = "commit".getBytes(StandardCharsets.UTF_8);
    byte[] json = "{\"seq\":0}".getBytes(StandardCharsets.UTF_8);
    return new EventRow(0, type, did, List.of("app.bsky.feed.like"), null, indexedAt, json);
  }

  /** The same event among those of another instant. */
  EventRow at(long instant) {
    return instant == indexedAt
        ? this
        : new EventRow(seq, eventType, repo, collections, time, instant, json);
  }

  /** A header's text, null without the header. */
  static @Nullable String text(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  private static @Nullable Long micros(@Nullable String time) {
    if (time == null) {
      return null;
    }
    Long usual = UsualTime.micros(time);
    if (usual != null) {
      return usual;
    }
    try {
      Instant instant = RareTime.parse(time);
      return instant.isBefore(TIME_MIN) || instant.isAfter(TIME_MAX)
          ? null
          : Math.addExact(
              Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1000);
    } catch (DateTimeException noSuchTime) {
      return null;
    }
  }
}
