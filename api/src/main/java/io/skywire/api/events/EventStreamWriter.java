package io.skywire.api.events;

import io.skywire.api.connections.SlowClients;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Writes pages of events as Server-Sent Events. One thread. */
final class EventStreamWriter {
  private static final int RECONNECT_MILLIS = 2_000;

  private final OutputStream client;
  private final SlowClients clients;
  private long wroteAtNanos = System.nanoTime();

  EventStreamWriter(OutputStream client, SlowClients clients) {
    this.client = client;
    this.clients = clients;
  }

  /** Tells the client where the stream begins, before anything comes. */
  void open(long since) throws IOException {
    write("retry: " + RECONNECT_MILLIS + "\nid: " + since + "\n\n");
  }

  void write(StreamPage page) throws IOException {
    if (page.bytes().length() > 0) {
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
    write(new PageBytes().under(text.getBytes(StandardCharsets.UTF_8)));
  }

  private void write(PageBytes bytes) throws IOException {
    clients.send(() -> {
      bytes.writeTo(client);
      client.flush();
    });
    wroteAtNanos = System.nanoTime();
  }
}
