package io.skywire.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.embedded.simulator.LedgerEntry;
import io.skywire.embedded.simulator.LedgerHash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A consumer of the api who pages by {@code since}, keeping of each event what the ledger keeps.
 * One thread.
 */
public final class Reader {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int PAGE = 1000;
  private static final Duration ANSWER_MAX = Duration.ofSeconds(30);
  private static final long LOOK_AGAIN_MILLIS = 20;

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI api;
  private final String token;
  private final List<LedgerEntry> seen = new ArrayList<>();
  private final List<Page> pages = new ArrayList<>();
  private long since;

  /** From which seq, exclusive, a page got to which, and whether events between were gone. */
  record Page(long since, long maxSeq, boolean truncated) {}

  public Reader(URI api, String token) {
    this.api = api;
    this.token = token;
  }

  public List<LedgerEntry> seen() {
    return seen;
  }

  /** All pages that brought it forward. */
  List<Page> pages() {
    return pages;
  }

  /** How far it has got. */
  public long since() {
    return since;
  }

  /** Reads on until it has got to {@code seq}, or fails after {@code patience}. */
  public Reader readTo(long seq, Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (since < seq) {
      if (!readPage()) {
        assertThat(System.nanoTime())
            .as("the reader got to %d of %d within %s", since, seq, patience)
            .isLessThan(deadline);
        Thread.sleep(LOOK_AGAIN_MILLIS);
      }
    }
    return this;
  }

  public JsonNode get(String path) throws InterruptedException {
    return JSON.readTree(answer(path).body());
  }

  HttpResponse<byte[]> answer(String path) throws InterruptedException {
    try {
      return client.send(
          HttpRequest.newBuilder(api.resolve(path))
              .header("Authorization", "Bearer " + token)
              .timeout(ANSWER_MAX)
              .build(),
          BodyHandlers.ofByteArray());
    } catch (IOException away) {
      throw new UncheckedIOException(away);
    }
  }

  /** Asks once for what comes next; whether there was anything new. */
  public boolean readPage() throws InterruptedException {
    JsonNode page = get("/api/events?limit=" + PAGE + "&since=" + since);
    assertThat(page.path("max_seq").isIntegralNumber()).as(page.toString()).isTrue();
    long watermark = page.path("watermark_seq").asLong();
    for (JsonNode event : page.path("events")) {
      assertThat(event.path("seq").asLong()).isGreaterThan(since).isLessThanOrEqualTo(watermark);
      seen.add(entry(event));
    }
    long next = page.path("max_seq").asLong();
    assertThat(next).isGreaterThanOrEqualTo(since);
    boolean moved = next > since;
    if (moved) {
      pages.add(new Page(since, next, page.path("truncated").asBoolean(false)));
    }
    since = next;
    return moved;
  }

  private static LedgerEntry entry(JsonNode event) {
    List<String> collections = new ArrayList<>();
    for (JsonNode op : event.path("record").path("ops")) {
      String collection = op.path("collection").asString("");
      if (!collection.isEmpty() && !collections.contains(collection)) {
        collections.add(collection);
      }
    }
    return new LedgerEntry(
        event.path("seq").asLong(),
        event.path("event_type").asString(),
        event.path("repo").asString(),
        collections,
        LedgerHash.of(event));
  }
}
