package io.skywire.common.topic;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Events that the relay no longer had when they were asked for: nobody will ever see them here. In
 * {@link Topics#EVENTS} it is a record without a value of the type {@link EventHeaders#GAP} in each
 * partition, before the first event after it and in that event's transaction, so that it can
 * neither be lost nor be told twice. Its key is {@code fromSeq}, its timestamp {@code detectedAt};
 * the rest are headers.
 *
 * @param relay the relay's name
 * @param fromSeq the cursor: the last seq before the gap
 * @param toSeq the first seq after it
 * @param reason how it was noticed, in words
 * @param detectedAt in whole milliseconds
 */
public record Gap(String relay, long fromSeq, long toSeq, String reason, Instant detectedAt) {
  private static final String RELAY = "relay";
  private static final String TO_SEQ = "to_seq";
  private static final String REASON = "reason";

  public Gap {
    if (fromSeq < 0 || toSeq <= fromSeq) {
      throw new IllegalArgumentException("no gap from seq " + fromSeq + " to " + toSeq);
    }
  }

  /** Adds the headers of its record. */
  public void addTo(Headers headers) {
    add(headers, EventHeaders.EVENT_TYPE, EventHeaders.GAP);
    add(headers, RELAY, relay);
    add(headers, TO_SEQ, Long.toString(toSeq));
    add(headers, REASON, reason);
  }

  /**
   * The gap of a record of that type, null when it is none.
   *
   * @param fromSeq the record's key
   * @param timestamp the record's, in milliseconds
   */
  public static @Nullable Gap of(long fromSeq, long timestamp, Headers headers) {
    try {
      return new Gap(
          text(headers, RELAY),
          fromSeq,
          Long.parseLong(text(headers, TO_SEQ)),
          text(headers, REASON),
          Instant.ofEpochMilli(timestamp));
    } catch (IllegalArgumentException foreign) {
      return null;
    }
  }

  private static void add(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    if (header == null || header.value() == null) {
      throw new IllegalArgumentException("no header " + name);
    }
    return new String(header.value(), StandardCharsets.UTF_8);
  }
}
