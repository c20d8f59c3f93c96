package io.skywire.api.events;

import io.skywire.common.compression.EventDecompressor;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;

/** Makes a page's Server-Sent Events, one event after the other. One thread. */
final class StreamPageWriter {
  private static final byte[] ID = utf8("id: ");
  private static final byte[] DATA = utf8("\ndata: ");
  private static final byte[] END = utf8("\n\n");
  private static final int SEQ_DIGITS_MAX = 19;
  private static final int AROUND_MAX = ID.length + SEQ_DIGITS_MAX + DATA.length + END.length;

  private final PageBytes bytes = new PageBytes();
  private int events;

  void add(Event event) {
    add(event.seq(), event.json(), 0, event.json().length);
  }

  /** An event that is a part of an array. */
  void add(long seq, byte[] json, int from, int length) {
    int start = bytes.reserve(AROUND_MAX + length);
    int at = begin(seq, start);
    System.arraycopy(json, from, bytes.array(), at, length);
    end(start, at + length);
  }

  /**
   * An event that is a zstd frame: it is decompressed where it belongs. One that cannot be read
   * leaves nothing behind.
   *
   * @param frames with the frame, which is {@code frameLength} bytes from {@code from} on
   * @param length the event's
   */
  void add(
      long seq,
      EventDecompressor decompressor,
      byte[] frames,
      int from,
      int frameLength,
      int length)
      throws SQLException {
    int start = bytes.reserve(AROUND_MAX + length);
    int at = begin(seq, start);
    decompressor.decompress(frames, from, frameLength, bytes.array(), at, length);
    end(start, at + length);
  }

  int events() {
    return events;
  }

  /**
   * The whole page, after which nothing is added.
   *
   * @param page what is to be told before the events; its own are not looked at
   * @param since where it begins
   */
  StreamPage page(EventPage page, long since) {
    return new StreamPage(
        bytes.under(utf8(told(page, since))), events, page.maxSeq(), page.watermarkSeq());
  }

  private int begin(long seq, int start) {
    byte[] array = bytes.array();
    return put(DATA, array, put(seq, array, put(ID, array, start)));
  }

  private void end(int start, int at) {
    bytes.wrote(put(END, bytes.array(), at) - start);
    events++;
  }

  private static int put(byte[] text, byte[] array, int at) {
    System.arraycopy(text, 0, array, at, text.length);
    return at + text.length;
  }

  private static int put(long seq, byte[] array, int at) {
    int end = at + 1;
    for (long left = seq / 10; left > 0; left /= 10) {
      end++;
    }
    long left = seq;
    for (int digit = end - 1; digit >= at; digit--) {
      array[digit] = (byte) ('0' + left % 10);
      left /= 10;
    }
    return end;
  }

  /** What a reader has to know before the page's events. */
  private static String told(EventPage page, long since) {
    StringBuilder told = new StringBuilder();
    if (page.truncated()) {
      told.append(
          "event: truncated\ndata: {\"since\":%d,\"oldest_seq\":%s}\n\n"
              .formatted(since, page.oldestSeq()));
    }
    for (Gap gap : page.gaps()) {
      String json = Gap.toJson(List.of(gap));
      told.append("event: gap\ndata: ").append(json, 1, json.length() - 1).append("\n\n");
    }
    return told.toString();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
