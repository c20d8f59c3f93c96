package io.skywire.api.events;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Writes pages of events as Server-Sent Events. One thread. */
final class EventStreamWriter {
  private static final int RECONNECT_MILLIS = 2_000;

  /** What is beside an event's JSON at most. */
  private static final int LINES_BYTES = 40;

  private static final byte[] ID = utf8("id: ");
  private static final byte[] DATA = utf8("\ndata: ");
  private static final byte[] END = utf8("\n\n");

  private final OutputStream client;
  private final Duration pageMax;
  private long wroteAtNanos = System.nanoTime();

  /**
   * @param pageMax how long the client may take for a page
   */
  EventStreamWriter(OutputStream client, Duration pageMax) {
    this.client = client;
    this.pageMax = pageMax;
  }

  /** Tells the client where the stream begins, before anything comes. */
  void open(long since) throws IOException {
    write("retry: " + RECONNECT_MILLIS + "\nid: " + since + "\n\n");
  }

  /**
   * The page as Server-Sent Events.
   *
   * @param since where it begins
   */
  static byte[] render(EventPage page, long since) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(length(page));
    if (page.truncated()) {
      out.writeBytes(
          utf8(
              "event: truncated\ndata: {\"since\":%d,\"oldest_seq\":%s}\n\n"
                  .formatted(since, page.oldestSeq())));
    }
    for (Gap gap : page.gaps()) {
      String json = Gap.toJson(List.of(gap));
      out.writeBytes(utf8("event: gap\ndata: " + json.substring(1, json.length() - 1) + "\n\n"));
    }
    for (Event event : page.events()) {
      out.writeBytes(ID);
      out.writeBytes(utf8(Long.toString(event.seq())));
      out.writeBytes(DATA);
      out.writeBytes(event.json());
      out.writeBytes(END);
    }
    return out.toByteArray();
  }

  void write(StreamPage page) throws IOException {
    if (page.bytes().length == 0) {
      return;
    }
    OutputStream out = new PacedAnswer(client, pageMax);
    out.write(page.bytes());
    out.flush();
    wroteAtNanos = System.nanoTime();
  }

  /**
   * Shows that the stream lives, unless something has been written in this time. The id has no
   * data: it is no event, but a client that comes again begins there.
   */
  void heartbeat(long seq, Duration every) throws IOException {
    if (System.nanoTime() - wroteAtNanos >= every.toNanos()) {
      write(": nothing further up to\nid: " + seq + "\n\n");
    }
  }

  void comment(String words) throws IOException {
    write(": " + words + "\n\n");
  }

  /** Says why nothing comes any more. */
  void end(String words) throws IOException {
    write("event: end\ndata: " + words + "\n\n");
  }

  private static int length(EventPage page) {
    long bytes = LINES_BYTES;
    for (Event event : page.events()) {
      bytes += event.json().length + LINES_BYTES;
    }
    return Math.toIntExact(bytes);
  }

  private void write(String text) throws IOException {
    client.write(utf8(text));
    client.flush();
    wroteAtNanos = System.nanoTime();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
