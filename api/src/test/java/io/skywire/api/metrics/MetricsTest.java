package io.skywire.api.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.api.TestApi;
import io.skywire.api.TestDatabase;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MetricsTest {
  @Test
  void requestsAreCountedByRouteAndStatusAndNeverByPath() throws Exception {
    try (TestDatabase database = TestDatabase.create();
        TestApi api = new TestApi(database.url())) {
      String token = TestApi.token(database.dataSource());
      api.get("/api/events?since=0", token);
      api.get("/api/events/123", token);
      api.get("/api/events/456", token);
      api.get("/api/events?since=x", token);
      api.get("/api/events?since=0");
      api.get("/api/events?since=0", "sky_unknown");
      api.send("POST", "/api/events", "Authorization", "Bearer " + token);
      api.get("/made/up/one");
      api.get("/made/up/two");

      List<String> page = awaited(api, count("none", 404) + " 2");
      assertThat(page)
          .contains(
              count("/api/events", 200) + " 1",
              count("/api/events/{seq}", 404) + " 2",
              count("/api/events", 400) + " 1",
              count("/api/events", 401) + " 2",
              "skywire_api_tokens_refused_total 2.0")
          .contains(
              "skywire_api_database_reachable 1.0",
              "skywire_api_health{status=\"ok\"} 0.0",
              "skywire_api_health{status=\"degraded\"} 1.0",
              "skywire_api_lag_seconds NaN",
              "skywire_api_sinks 0.0")
          .noneMatch(line -> line.contains("/123") || line.contains("/made"));
      assertThat(page).anyMatch(line -> line.startsWith(bucket("/api/events", 200)));
    }
  }

  /** Or the alert for slow pages would be about clients that have nothing to read. */
  @Test
  void theTimeThatAClientWantsToWaitIsNotItsAnswers() throws Exception {
    try (TestDatabase database = TestDatabase.create();
        TestApi api = new TestApi(database.url())) {
      String token = TestApi.token(database.dataSource());
      api.get("/api/events?since=0", token);
      double before = seconds(awaited(api, count("/api/events", 200) + " 1"));
      assertThat(api.get("/api/events?since=0&wait=3", token).statusCode()).isEqualTo(200);
      double took = seconds(awaited(api, count("/api/events", 200) + " 2")) - before;
      assertThat(took).isBetween(0.0, 2.0);
    }
  }

  private static double seconds(List<String> page) {
    String line = count("/api/events", 200).replace("_count{", "_sum{");
    return page.stream()
        .filter(each -> each.startsWith(line))
        .mapToDouble(each -> Double.parseDouble(each.substring(line.length())))
        .sum();
  }

  @Test
  void whileTheDatabaseIsAwayItIsLiveAndNotReadyAndTellsWhy() throws Exception {
    Map<String, String> variables = new HashMap<>();
    variables.putAll(
        Map.of("PORT", "0", "SKYWIRE_BIND", "127.0.0.1", "SECRET_KEY_BASE", TestApi.SECRET));
    variables.put("DATABASE_URL", "postgresql://nobody:secret@127.0.0.1:1/nowhere");
    try (TestApi api = new TestApi(variables)) {
      assertThat(api.get("/health/live").statusCode()).isEqualTo(200);
      HttpResponse<byte[]> ready = api.get("/health/ready");
      assertThat(ready.statusCode()).isEqualTo(503);
      assertThat(ready.headers().firstValue("Retry-After")).isPresent();
      assertThat(api.get("/api/events?since=0", "sky_" + "A".repeat(43)).statusCode())
          .isEqualTo(503);
      assertThat(awaited(api, count("/api/events", 503) + " 1"))
          .contains(
              "skywire_api_unavailable_total{reason=\"database_away\"} 1.0",
              "skywire_api_unavailable_total{reason=\"overloaded\"} 0.0",
              "skywire_api_database_reachable 0.0",
              "skywire_api_health{status=\"down\"} 1.0",
              "skywire_api_watermark_seq NaN");
    }
  }

  /** A request is counted once its answer is out, which its client may have before. */
  private static List<String> awaited(TestApi api, String line) throws Exception {
    while (true) {
      HttpResponse<byte[]> page = api.get("/metrics");
      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.headers().firstValue("Content-Type"))
          .get()
          .asString()
          .startsWith("text/plain;")
          .contains("version=0.0.4");
      List<String> lines = new String(page.body(), StandardCharsets.UTF_8).lines().toList();
      if (lines.contains(line)) {
        return lines;
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private static String count(String route, int status) {
    return "skywire_api_request_seconds_count{route=\"%s\",status=\"%d\"}".formatted(route, status);
  }

  private static String bucket(String route, int status) {
    return "skywire_api_request_seconds_bucket{route=\"%s\",status=\"%d\",le="
        .formatted(route, status);
  }
}
