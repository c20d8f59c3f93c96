package io.skywire.benchmarks.api;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;

/**
 * Takes in a stream from its first event to a last one, and sees that none is missing between. Its
 * answer comes without chunks, since the request is one of HTTP/1.0. One thread.
 */
final class StreamReader implements Callable<Long> {
  private static final int ID_LENGTH = "id: ".length();
  private static final int BUFFER_BYTES = 256 * 1024;
  private static final Duration SILENCE_MAX = Duration.ofSeconds(30);

  private final int port;
  private final String token;
  private final long last;
  private long id;
  private long events;

  /** What of a line has been read: its first letters tell what it is. */
  private int column;

  private boolean isId;

  /** Of the id that came last. */
  private long number;

  StreamReader(int port, String token, long last) {
    this.port = port;
    this.token = token;
    this.last = last;
  }

  /** Answers how many events came. */
  @Override
  public Long call() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout((int) SILENCE_MAX.toMillis());
      socket
          .getOutputStream()
          .write(
              "GET /api/stream?since=0 HTTP/1.0\r\nAuthorization: Bearer %s\r\n\r\n"
                  .formatted(token)
                  .getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      byte[] buffer = new byte[BUFFER_BYTES];
      long moved = System.nanoTime();
      while (events < last) {
        int read = in.read(buffer);
        if (read < 0) {
          throw new IOException("the stream ended after event " + id);
        }
        long before = events;
        take(buffer, read);
        long now = System.nanoTime();
        if (events > before) {
          moved = now;
        } else if (now - moved > SILENCE_MAX.toNanos()) {
          // Comments come for ever.
          throw new IOException("no event of %,d comes after event %,d".formatted(last, id));
        }
      }
      return events;
    }
  }

  private void take(byte[] bytes, int length) throws IOException {
    int index = 0;
    while (index < length) {
      byte one = bytes[index];
      if (one == '\n') {
        column = 0;
        isId = false;
      } else if (column == 0) {
        isId = one == 'i';
        if (isId) {
          number = 0;
        } else if (one == 'd') {
          event();
        }
        column = 1;
      } else if (isId) {
        if (column >= ID_LENGTH) {
          number = 10 * number + one - '0';
        }
        column++;
      } else {
        // The rest of the line does not matter. It is most of what comes, and the client is to cost
        // little: it shares the machine with the server.
        while (index < length && bytes[index] != '\n') {
          index++;
        }
        continue;
      }
      index++;
    }
  }

  private void event() throws IOException {
    if (number != id + 1) {
      throw new IOException("after event %d came %d".formatted(id, number));
    }
    id = number;
    events++;
  }
}
