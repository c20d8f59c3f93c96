package io.skywire.api.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Reads Server-Sent Events as they come, line by line, in a thread of its own. */
final class StreamClient implements AutoCloseable {
  private final Socket socket;
  private final List<String> lines = new ArrayList<>();
  private final List<Long> seqs = new ArrayList<>();
  private final Thread thread = Thread.ofPlatform().name("stream-client").unstarted(this::run);
  private volatile boolean ended;

  private StreamClient(Socket socket) {
    this.socket = socket;
  }

  static StreamClient open(
      int port, String path, @Nullable String token, @Nullable String lastEventId)
      throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    OutputStream out = socket.getOutputStream();
    // Of HTTP/1.0, so that the answer comes without chunks between.
    out.write(
        ("GET "
                + path
                + " HTTP/1.0\r\n"
                + (token == null ? "" : "Authorization: Bearer " + token + "\r\n")
                + (lastEventId == null ? "" : "Last-Event-ID: " + lastEventId + "\r\n")
                + "\r\n")
            .getBytes(StandardCharsets.UTF_8));
    StreamClient client = new StreamClient(socket);
    client.thread.start();
    return client;
  }

  private void run() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
      long id = -1;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        synchronized (lines) {
          lines.add(line.length() > 200 ? line.substring(0, 200) : line);
          if (line.startsWith("id: ")) {
            id = Long.parseLong(line.substring(4));
          } else if (line.startsWith("data: {\"seq\":")) {
            assertThat(line).startsWith("data: {\"seq\":" + id + ",");
            seqs.add(id);
          }
        }
      }
    } catch (IOException closed) {
      // by us, or by the server
    } finally {
      ended = true;
    }
  }

  List<Long> seqs() {
    synchronized (lines) {
      return List.copyOf(seqs);
    }
  }

  void awaitSeq(long seq, Duration max) throws InterruptedException {
    await("seq " + seq, max, () -> !seqs.isEmpty() && seqs.getLast() >= seq);
  }

  void awaitCount(int count, Duration max) throws InterruptedException {
    await(count + " events", max, () -> seqs.size() >= count);
  }

  void awaitLine(String start, Duration max) throws InterruptedException {
    await(start, max, () -> lines.stream().anyMatch(line -> line.startsWith(start)));
  }

  void awaitEnd(Duration max) throws InterruptedException {
    await("its end", max, () -> ended);
  }

  private void await(String what, Duration max, BooleanSupplier sign) throws InterruptedException {
    long deadline = System.nanoTime() + max.toNanos();
    while (true) {
      synchronized (lines) {
        if (sign.getAsBoolean()) {
          return;
        }
        assertThat(System.nanoTime())
            .as(
                "%s; it has %s lines, of them %s",
                what, lines.size(), lines.stream().limit(8).toList())
            .isLessThan(deadline);
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
      thread.join();
    } catch (IOException | InterruptedException failed) {
      throw new IllegalStateException(failed);
    }
  }
}
