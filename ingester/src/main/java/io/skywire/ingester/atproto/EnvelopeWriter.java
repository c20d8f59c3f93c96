package io.skywire.ingester.atproto;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import org.jspecify.annotations.Nullable;

/** What every event's JSON begins with, up to its record. One thread. */
final class EnvelopeWriter {
  private static final byte[] SEQ = JsonWriter.ascii("{\"seq\":");
  private static final byte[] EVENT_TYPE = JsonWriter.ascii(",\"event_type\":");
  private static final byte[] REPO = JsonWriter.ascii(",\"repo\":");
  private static final byte[] COLLECTION = JsonWriter.ascii(",\"collection\":");
  private static final byte[] TIME = JsonWriter.ascii(",\"time\":");
  private static final byte[] INDEXED_AT = JsonWriter.ascii(",\"indexed_at\":");
  private static final byte[] RECORD = JsonWriter.ascii(",\"record\":");

  private static final DateTimeFormatter MILLISECONDS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  private final JsonWriter json;

  /** Where frames are many, many share a millisecond. */
  private long lastMillisecond = Long.MIN_VALUE;

  private String lastIndexedAt = "";

  EnvelopeWriter(JsonWriter json) {
    this.json = json;
  }

  void write(
      long seq,
      String type,
      @Nullable String repo,
      @Nullable String collection,
      Fields body,
      Instant indexedAt)
      throws MalformedFrameException {
    json.raw(SEQ);
    json.number(seq);
    json.raw(EVENT_TYPE);
    json.plain(type);
    json.raw(REPO);
    json.plainOrNull(repo);
    json.raw(COLLECTION);
    json.plainOrNull(collection);
    json.raw(TIME);
    if (body.isText(Field.TIME)) {
      body.writeText(Field.TIME, json);
    } else {
      json.nothing();
    }
    json.raw(INDEXED_AT);
    json.plain(format(indexedAt));
    json.raw(RECORD);
  }

  private String format(Instant indexedAt) {
    long millisecond = indexedAt.toEpochMilli();
    if (millisecond != lastMillisecond) {
      lastIndexedAt = MILLISECONDS.format(Instant.ofEpochMilli(millisecond));
      lastMillisecond = millisecond;
    }
    return lastIndexedAt;
  }
}
