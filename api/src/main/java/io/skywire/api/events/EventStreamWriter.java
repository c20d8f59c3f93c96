package io.skywire.api.events;

import io.skywire.api.connections.SlowClients;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Writes pages of events as Server-Sent Events. One thread. */
final class EventStreamWriter {
  private static final int RECONNECT_MILLIS = 2_000;

  private static final byte[] ID = utf8("id: ");
  private static final byte[] DATA = utf8("\ndata: ");
  private static final byte[] END = utf8("\n\n");

  private final OutputStream client;
  private final SlowClients clients;
  private final Duration writeMax;
  private long wroteAtNanos = System.nanoTime();

  /**
   * @param writeMax how long the client may take for a page or whatever else is written
   */
  EventStreamWriter(OutputStream client, SlowClients clients, Duration writeMax) {
    this.client = client;
    this.clients = clients;
    this.writeMax = writeMax;
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
    byte[] told = utf8(told(page, since));
    long length = told.length;
    for (Event event : page.events()) {
      length += ID.length + digits(event.seq()) + DATA.length + event.json().length + END.length;
    }
    // One array of the right size: events may be large.
    ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(length)).put(told);
    for (Event event : page.events()) {
      out.put(ID).put(utf8(Long.toString(event.seq()))).put(DATA).put(event.json()).put(END);
    }
    return out.array();
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

  private static int digits(long seq) {
    return Long.toString(seq).length();
  }

  void write(StreamPage page) throws IOException {
    if (page.bytes().length > 0) {
      write(page.bytes());
    }
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
    write(utf8(text));
  }

  private void write(byte[] bytes) throws IOException {
    try (SlowClients.Watch _ = clients.watch(writeMax)) {
      client.write(bytes);
      client.flush();
    }
    wroteAtNanos = System.nanoTime();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
