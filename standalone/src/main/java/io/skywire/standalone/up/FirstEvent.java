package io.skywire.standalone.up;

import io.skywire.common.lifecycle.Loop;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Asks the API for events, and ends when it shows one. */
final class FirstEvent implements Loop {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(2);
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final HttpRequest request;
  private volatile boolean stopping;

  /**
   * @param api with its port
   */
  FirstEvent(URI api, String token) {
    this.request =
        HttpRequest.newBuilder(api.resolve("/api/events?since=0&limit=1"))
            .header("Authorization", "Bearer " + token)
            .timeout(ANSWER_MAX)
            .build();
  }

  @Override
  public void run() throws InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      while (!stopping && !isShown(client)) {
        TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
      }
    }
  }

  @Override
  public void stop() {
    stopping = true;
  }

  private boolean isShown(HttpClient client) throws InterruptedException {
    try {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() == 200 && answer.body().contains("\"count\":1,");
    } catch (IOException notYet) {
      return false;
    }
  }
}
