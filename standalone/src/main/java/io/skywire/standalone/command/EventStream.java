package io.skywire.standalone.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A client of {@code /api/stream} that comes again when it is cut off, and goes on after the last
 * event it had. One thread.
 */
final class EventStream implements AutoCloseable {
  private static final Duration CONNECT_MAX = Duration.ofSeconds(10);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(10);

  /** The server says something every ten seconds. */
  private static final Duration SILENCE_MAX = Duration.ofSeconds(35);

  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final int OK = 200;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT_MAX).build();
  private final URI address;
  private final String filters;
  private final String token;
  private final PrintWriter out;
  private final PrintWriter err;
  private @Nullable String last;
  private String id = "";
  private String name = "";
  private String data = "";
  private volatile long heardAt;

  /**
   * @param address of the stream, without a query
   * @param filters a query, each parameter behind an ampersand
   */
  EventStream(URI address, String filters, String token, PrintWriter out, PrintWriter err) {
    this.address = address;
    this.filters = filters;
    this.token = token;
    this.out = out;
    this.err = err;
  }

  /**
   * Prints events until the reader of the output has gone, or the token ends.
   *
   * @param since where to begin; null for what comes from now on
   * @throws CommandFailedException when the API refuses what is asked for
   */
  void print(@Nullable Long since) throws InterruptedException {
    String query = "?" + (since == null ? "" : "since=" + since) + filters;
    Duration pause = Duration.ZERO;
    while (!out.checkError()) {
      Thread.sleep(pause);
      try {
        if (printOnce(URI.create(address + query))) {
          return;
        }
        pause = Duration.ofSeconds(1);
      } catch (IOException away) {
        if (pause.isZero() && last == null) {
          throw new CommandFailedException("%s does not answer: %s".formatted(address, away), away);
        }
        err.println("cut off (" + away.getMessage() + "); coming again");
        Duration twice = pause.multipliedBy(2).plusSeconds(1);
        pause = twice.compareTo(PAUSE_MAX) < 0 ? twice : PAUSE_MAX;
      }
    }
  }

  /** Whether it has ended for good. */
  private boolean printOnce(URI uri) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + token);
    Optional.ofNullable(last).ifPresent(id -> request.header("Last-Event-ID", id));
    forget();
    HttpResponse<InputStream> answer =
        client.send(request.timeout(SILENCE_MAX).build(), BodyHandlers.ofInputStream());
    heardAt = System.nanoTime();
    Thread watch = Thread.ofVirtual().start(() -> cutOffWhenSilent(answer.body()));
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
      int status = answer.statusCode();
      if (status == TOO_MANY_REQUESTS || status >= SERVER_ERROR) {
        throw new IOException("it answers " + status);
      }
      if (status != OK) {
        throw new CommandFailedException(
            "%s answers %d: %s".formatted(address, status, lines.readLine()));
      }
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        heardAt = System.nanoTime();
        if (take(line) || out.checkError()) {
          return true;
        }
      }
    } finally {
      watch.interrupt();
    }
    return false;
  }

  /** A connection whose other end has gone says nothing, not even that. */
  private void cutOffWhenSilent(InputStream body) {
    try {
      while (System.nanoTime() - heardAt < SILENCE_MAX.toNanos()) {
        Thread.sleep(LOOK_EVERY);
      }
      body.close();
    } catch (IOException | InterruptedException over) {
      // The reader has ended by itself, or sees it now.
    }
  }

  /** Whether the stream ends with this line. What counts is an event that is whole. */
  private boolean take(String line) {
    if (line.startsWith("id: ")) {
      id = line.substring("id: ".length());
    } else if (line.startsWith("event: ")) {
      name = line.substring("event: ".length());
    } else if (line.startsWith("data: ")) {
      data = line.substring("data: ".length());
    } else if (line.isEmpty()) {
      boolean ends = name.equals("end");
      if (!data.isEmpty()) {
        (name.isEmpty() ? out : err).println(name.isEmpty() ? data : name + ": " + data);
      }
      if (!id.isEmpty()) {
        last = id;
      }
      forget();
      return ends;
    }
    return false;
  }

  /** What has come of an event that is not whole yet. */
  private void forget() {
    id = "";
    name = "";
    data = "";
  }

  @Override
  public void close() {
    client.shutdownNow();
    client.close();
  }
}
