package io.skywire.standalone.chaos;

import io.skywire.common.lifecycle.Loop;
import io.skywire.embedded.simulator.LedgerHash;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * An application that follows {@code /api/stream} as an EventSource does: it goes on after the last
 * id that it has seen, whenever the stream ends, breaks off or is silent. Runs on one thread.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent
 *     events</a>
 */
final class StreamWitness implements Loop {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Duration CONNECT_MAX = Duration.ofSeconds(1);

  /** Events come all the time; who is held or cut off without a word is silent. */
  private static final Duration SILENCE_MAX = Duration.ofSeconds(3);

  private static final long PAUSE_MILLIS = 100;
  private static final int OK = 200;
  private static final int UNAVAILABLE = 503;

  private final URI stream;
  private final String token;
  private final ShownWitness shown;
  private final Audit audit;
  private final Findings findings;
  private String id = "0";
  private String nextId = id;
  private String event = "";
  private @Nullable String data;
  private long seq;
  private volatile boolean stopped;

  StreamWitness(URI api, String token, ShownWitness shown, Audit audit, Findings findings) {
    this.stream = api.resolve("/api/stream");
    this.token = token;
    this.shown = shown;
    this.audit = audit;
    this.findings = findings;
  }

  @Override
  public void run() throws InterruptedException {
    try (shown) {
      while (!stopped) {
        try {
          follow();
        } catch (IOException away) {
          // It comes again.
        }
        shown.compare();
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }

  @Override
  public void stop() {
    stopped = true;
  }

  private void follow() throws IOException {
    HttpURLConnection connection = (HttpURLConnection) stream.toURL().openConnection();
    try {
      connection.setConnectTimeout((int) CONNECT_MAX.toMillis());
      connection.setReadTimeout((int) SILENCE_MAX.toMillis());
      connection.setRequestProperty("Authorization", "Bearer " + token);
      connection.setRequestProperty("Last-Event-ID", id);
      int status = connection.getResponseCode();
      if (status == OK) {
        begin();
        read(
            new BufferedReader(
                new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8)));
      } else if (status != UNAVAILABLE) {
        findings.add(Finding.Kind.WITNESS, "the api answered a stream with " + status);
      }
    } finally {
      connection.disconnect();
    }
  }

  private void read(BufferedReader lines) throws IOException {
    String line = lines.readLine();
    while (line != null && !stopped) {
      see(line);
      shown.compare();
      line = lines.readLine();
    }
  }

  /** What a stream that broke off has left half said counts for nothing. */
  void begin() {
    nextId = id;
    event = "";
    data = null;
  }

  /** A line of the stream. */
  void see(String line) {
    if (line.isEmpty()) {
      id = nextId;
      if (data != null) {
        dispatch(data);
      }
      event = "";
      data = null;
    } else if (line.startsWith("id: ")) {
      nextId = line.substring("id: ".length());
    } else if (line.startsWith("event: ")) {
      event = line.substring("event: ".length());
    } else if (line.startsWith("data: ")) {
      data = line.substring("data: ".length());
    }
  }

  private void dispatch(String json) {
    switch (event) {
      case "" -> take(json);
      case "end" -> {} // and it comes again
      case "truncated", "gap" ->
          findings.add(Finding.Kind.LOST, "the stream was told of a %s: %s".formatted(event, json));
      default -> findings.add(Finding.Kind.WITNESS, "the stream has an unknown event " + event);
    }
  }

  private void take(String json) {
    long last = seq;
    try {
      seq = Long.parseLong(id);
      shown.shown(seq);
      audit.streamed(seq, LedgerHash.of(JSON.readTree(json)), last);
    } catch (JacksonException | NumberFormatException broken) {
      findings.add(
          Finding.Kind.WITNESS, "an event of the stream is none: id %s, %s".formatted(id, json));
    }
  }
}
