package io.skywire.api.events;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Writes pages of events as Server-Sent Events. One thread. */
final class EventStreamWriter {
  private static final int RECONNECT_MILLIS = 2_000;

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

  void write(StreamPage page) throws IOException {
    if (page.bytes().length() == 0) {
      return;
    }
    OutputStream out = new PacedAnswer(client, pageMax);
    page.bytes().writeTo(out);
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

  private void write(String text) throws IOException {
    client.write(utf8(text));
    client.flush();
    wroteAtNanos = System.nanoTime();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
