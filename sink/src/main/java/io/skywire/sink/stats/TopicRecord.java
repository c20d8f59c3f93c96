package io.skywire.sink.stats;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Reads the headers of records in the events' topic, which anybody may have written. */
final class TopicRecord {
  /** As much as the sink takes of one; no header that is read here has more. */
  private static final int HEADER_BYTES_MAX = 64 * 1024;

  /** Nobody writes a seq with more digits. */
  private static final int SEQ_DIGITS_MAX = 16;

  private TopicRecord() {}

  /** A header's text; null without the header, or when it is larger than an event's. */
  static @Nullable String text(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null || header.value() == null || header.value().length > HEADER_BYTES_MAX
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  /** A seq in decimal; -1 without the header, or when it is no seq. */
  static long seq(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    byte[] digits = header == null ? null : header.value();
    if (digits == null || digits.length == 0 || digits.length > SEQ_DIGITS_MAX) {
      return -1;
    }
    long seq = 0;
    for (byte digit : digits) {
      if (digit < '0' || digit > '9') {
        return -1;
      }
      seq = 10 * seq + digit - '0';
    }
    return seq;
  }
}
