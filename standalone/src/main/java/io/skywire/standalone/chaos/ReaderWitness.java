package io.skywire.standalone.chaos;

import io.skywire.common.lifecycle.Loop;
import io.skywire.embedded.simulator.LedgerHash;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An application that pages by {@code since}: sends {@code max_seq} as the next one, and asks again
 * with the same when it gets no answer or a 503. Runs on one thread.
 */
final class ReaderWitness implements Loop {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int PAGE = 500;
  private static final Duration CONNECT_MAX = Duration.ofSeconds(1);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(3);
  private static final long PAUSE_MILLIS = 30;
  private static final int OK = 200;
  private static final int UNAVAILABLE = 503;

  private final URI api;
  private final String token;
  private final ShownWitness shown;
  private final Audit audit;
  private final Findings findings;
  private long since;
  private long watermark;
  private volatile boolean stopped;

  ReaderWitness(URI api, String token, ShownWitness shown, Audit audit, Findings findings) {
    this.api = api;
    this.token = token;
    this.shown = shown;
    this.audit = audit;
    this.findings = findings;
  }

  @Override
  public void run() throws InterruptedException {
    try (shown;
        HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT_MAX).build()) {
      while (!stopped) {
        shown.compare();
        if (!readPage(client)) {
          Thread.sleep(PAUSE_MILLIS);
        }
      }
      client.shutdownNow();
    }
  }

  @Override
  public void stop() {
    stopped = true;
  }

  /** Whether there was anything new. */
  private boolean readPage(HttpClient client) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(api.resolve("/api/events?limit=" + PAGE + "&since=" + since))
            .header("Authorization", "Bearer " + token)
            .timeout(ANSWER_MAX)
            .build();
    HttpResponse<byte[]> response;
    try {
      response = client.send(request, BodyHandlers.ofByteArray());
    } catch (IOException away) {
      return false;
    }
    if (response.statusCode() == OK) {
      return see(response.body());
    }
    if (response.statusCode() != UNAVAILABLE) {
      String body = new String(response.body(), StandardCharsets.UTF_8);
      findings.add(
          Finding.Kind.WITNESS,
          "the api answered %d: %s".formatted(response.statusCode(), body.strip()));
    }
    return false;
  }

  /** A page's JSON; answers whether it led on. */
  boolean see(byte[] body) {
    JsonNode page;
    try {
      page = JSON.readTree(body);
    } catch (JacksonException broken) {
      findings.add(Finding.Kind.WITNESS, "a page is no JSON: " + broken.getOriginalMessage());
      return false;
    }
    long told = page.path("watermark_seq").asLong();
    if (told < watermark) {
      findings.add(
          Finding.Kind.WATERMARK_FELL, "at the api from %d to %d".formatted(watermark, told));
    }
    watermark = told;
    if (page.path("truncated").asBoolean()) {
      findings.add(
          Finding.Kind.LOST, "the reader was told that events after %d are gone".formatted(since));
    }
    if (!page.path("gaps").isEmpty()) {
      findings.add(Finding.Kind.GAP, "the reader was told of " + page.path("gaps"));
    }
    long next = page.path("max_seq").asLong();
    long highest = Math.max(told, next);
    for (JsonNode event : page.path("events")) {
      highest = Math.max(highest, event.path("seq").asLong());
    }
    // Before anything else, since the watermark rises meanwhile.
    shown.shown(highest);
    long last = since;
    for (JsonNode event : page.path("events")) {
      long seq = event.path("seq").asLong();
      audit.read(seq, LedgerHash.of(event), last, told);
      last = seq;
    }
    boolean led = next > since;
    since = next;
    audit.readerComplete(since);
    return led;
  }
}
