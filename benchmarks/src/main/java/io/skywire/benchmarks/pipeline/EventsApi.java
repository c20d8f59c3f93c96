package io.skywire.benchmarks.pipeline;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A client of {@code GET /api/events}: one request after another, on one connection. One thread.
 */
final class EventsApi implements AutoCloseable {
  private static final JsonFactory JSON = new JsonFactory();
  private static final Duration ANSWER_MAX = Duration.ofSeconds(30);
  private static final int OK = 200;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String address;
  private final String token;

  EventsApi(int port, String token) {
    this.address = "http://127.0.0.1:" + port + "/api/events?since=";
    this.token = token;
  }

  /** What a page says of itself; its events are counted and passed over. */
  record Page(long maxSeq, int count, long watermarkSeq) {}

  /**
   * Waits for a second when there is nothing.
   *
   * @throws IOException when nobody answers, or not with a page that is complete
   */
  Page page(long since, int limit) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address + since + "&limit=" + limit + "&wait=1"))
            .header("Authorization", "Bearer " + token)
            .timeout(ANSWER_MAX)
            .build();
    HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
    if (response.statusCode() != OK) {
      throw new IOException("the api answers " + response.statusCode());
    }
    return read(response.body());
  }

  boolean answers() throws InterruptedException {
    try {
      page(0, 1);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
    client.close();
  }

  private static Page read(byte[] body) throws IOException {
    long maxSeq = 0;
    int count = 0;
    int events = 0;
    long watermarkSeq = 0;
    try (JsonParser page = JSON.createParser(ObjectReadContext.empty(), body)) {
      page.nextToken();
      while (page.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = page.currentName();
        page.nextToken();
        switch (name) {
          case "events" -> events = elements(page);
          case "max_seq" -> maxSeq = page.getLongValue();
          case "count" -> count = page.getIntValue();
          case "watermark_seq" -> watermarkSeq = page.getLongValue();
          case "truncated", "gaps" -> throw new IOException("events are missing: " + name);
          default -> page.skipChildren();
        }
      }
    }
    if (events != count) {
      throw new IOException("a page of %d events says that it has %d".formatted(events, count));
    }
    return new Page(maxSeq, count, watermarkSeq);
  }

  /** How many an array has, whose start has been read; its end is read then. */
  private static int elements(JsonParser array) {
    int elements = 0;
    while (array.nextToken() != JsonToken.END_ARRAY) {
      array.skipChildren();
      elements++;
    }
    return elements;
  }
}
