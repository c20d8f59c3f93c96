package io.skywire.api.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.api.TestApi;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Somebody with a browser that keeps one cookie. */
final class Operator implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI api;
  private @Nullable String cookie;

  Operator(TestApi api) {
    this.api = URI.create("http://127.0.0.1:" + api.port());
  }

  /** One who has signed in. */
  static Operator signedIn(TestApi api, String token) throws IOException, InterruptedException {
    Operator operator = new Operator(api);
    HttpResponse<String> answer = operator.signIn(token);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
    return operator;
  }

  HttpResponse<String> signIn(String token, String... headers)
      throws IOException, InterruptedException {
    return post(
        "/dashboard/sign-in", "token=" + URLEncoder.encode(token, StandardCharsets.UTF_8), headers);
  }

  HttpResponse<String> post(String path, String form, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        request(path)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return keep(client.send(request.build(), HttpResponse.BodyHandlers.ofString()));
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return keep(client.send(request(path).build(), HttpResponse.BodyHandlers.ofString()));
  }

  @Nullable String cookie() {
    return cookie;
  }

  void useCookie(@Nullable String other) {
    cookie = other;
  }

  /** The first snapshot that has this sign. */
  JsonNode snapshot(Predicate<JsonNode> sign) throws IOException, InterruptedException {
    try (Stream stream = watch()) {
      return stream.await(sign);
    }
  }

  JsonNode snapshot() throws IOException, InterruptedException {
    return snapshot(any -> true);
  }

  Stream watch() throws IOException, InterruptedException {
    HttpResponse<InputStream> answer =
        client.send(
            request("/dashboard/events").build(), HttpResponse.BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/event-stream");
    return new Stream(answer.body());
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(api.resolve(path)).timeout(Duration.ofSeconds(20));
    if (cookie != null) {
      request.header("Cookie", cookie);
    }
    return request;
  }

  private HttpResponse<String> keep(HttpResponse<String> answer) {
    answer
        .headers()
        .firstValue("Set-Cookie")
        .ifPresent(set -> cookie = set.substring(0, set.indexOf(';')));
    return answer;
  }

  @Override
  public void close() {
    client.shutdownNow();
  }

  /** What comes of {@code /dashboard/events}. */
  static final class Stream implements AutoCloseable {
    private static final Duration MAX = Duration.ofSeconds(30);
    private static final Duration END_MAX = Duration.ofSeconds(8);

    private final BufferedReader lines;

    private Stream(InputStream body) {
      this.lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    JsonNode await(Predicate<JsonNode> sign) throws IOException {
      long deadline = System.nanoTime() + MAX.toNanos();
      String last = "nothing";
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("data: {")) {
          last = line;
          JsonNode snapshot = JSON.readTree(line.substring("data: ".length()));
          if (sign.test(snapshot)) {
            return snapshot;
          }
        }
        assertThat(System.nanoTime()).as(last).isLessThan(deadline);
      }
      throw new AssertionError("the stream ended; the last snapshot: " + last);
    }

    /** What is said at the end. */
    String awaitEnd() throws IOException {
      long deadline = System.nanoTime() + END_MAX.toNanos();
      boolean isEnd = false;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        assertThat(System.nanoTime()).as("goes on").isLessThan(deadline);
        if (isEnd) {
          return line;
        }
        isEnd = line.equals("event: end");
      }
      throw new AssertionError("the stream ended without a word");
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }
}
