package io.skywire.benchmarks.sink;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An event as a plain table has it.
 *
 * @param collections of its ops, distinct; most events have one
 * @param json the whole event, without U+0000, which PostgreSQL's binary JSON refuses
 */
@SuppressWarnings("ArrayRecordComponent") // carried from here on, never compared
record PlainRow(
    long seq, String type, @Nullable String repo, List<String> collections, byte[] json) {
  private static final byte[] NUL = "\\u0000".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] REPLACEMENT = "\\ufffd".getBytes(StandardCharsets.US_ASCII);

  @Nullable String collection() {
    return collections.isEmpty() ? null : collections.getFirst();
  }

  /** The same bytes but for each {@code \}{@code u0000}, in whose place is another character. */
  static byte[] withoutNul(byte[] json) {
    int at = indexOf(json, NUL, 0);
    if (at < 0) {
      return json;
    }
    byte[] clean = json.clone();
    for (; at >= 0; at = indexOf(json, NUL, at + NUL.length)) {
      System.arraycopy(REPLACEMENT, 0, clean, at, REPLACEMENT.length);
    }
    return clean;
  }

  private static int indexOf(byte[] bytes, byte[] wanted, int from) {
    for (int at = from; at <= bytes.length - wanted.length; at++) {
      if (java.util.Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
        return at;
      }
    }
    return -1;
  }
}
