package io.skywire.api.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.api.TestApi;
import io.skywire.api.TestDatabase;
import io.skywire.embedded.collector.CollectedSpan;
import io.skywire.embedded.collector.TraceCollector;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RequestSpansTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";

  @Test
  void aRequestIsASpanWithRouteAndStatusAndNoSecret() throws Exception {
    try (TraceCollector collector = TraceCollector.start();
        TestDatabase database = TestDatabase.create()) {
      String token = TestApi.token(database.dataSource());
      try (TestApi api = api(database, collector)) {
        api.get("/api/events?since=0&repo=did:plc:private", token);
        api.get("/api/events/123;access_token=" + token, token);
        api.get("/api/events?since=0", "sky_unknown");
        api.get("/made/up?access_token=" + token);
        api.send("MADE-UP", "/api/events", "Authorization", "Bearer " + token);
        api.send(
            "GET",
            "/api/events?since=0",
            "Authorization",
            "Bearer " + token,
            "traceparent",
            "00-" + TRACE + "-" + SPAN + "-01");
      }
      assertThat(collector.await(6))
          .extracting(span -> span.name() + " " + span.attribute("http.response.status_code"))
          .containsExactly(
              "GET /api/events 200",
              "GET /api/events/{seq} 404",
              "GET /api/events 401",
              "GET 404",
              "HTTP 405",
              "GET /api/events 200");
      assertThat(collector.spans())
          .allSatisfy(span -> {
            assertThat(span.service()).isEqualTo("skywire-api");
            assertThat(span.kind()).isEqualTo(CollectedSpan.Kind.SERVER);
            assertThat(span.error()).isEmpty();
          });
      CollectedSpan event = collector.spans().get(1);
      assertThat(event.attributes())
          .containsEntry("http.request.method", "GET")
          .containsEntry("http.route", "/api/events/{seq}")
          .containsEntry("url.path", "/api/events/123")
          .containsEntry("url.scheme", "http");
      assertThat(event.parentId()).isEmpty();
      assertThat(collector.spans().get(4).attribute("http.request.method")).isEqualTo("_OTHER");
      CollectedSpan inATrace = collector.spans().getLast();
      assertThat(inATrace.traceId()).isEqualTo(TRACE);
      assertThat(inATrace.parentId()).isEqualTo(SPAN);
      assertThat(collector.spans().toString())
          .doesNotContain(token)
          .doesNotContain("private")
          .doesNotContain("unknown")
          .doesNotContain("made");
    }
  }

  @Test
  void whatTheApiCannotAnswerIsAnError() throws Exception {
    try (TraceCollector collector = TraceCollector.start()) {
      Map<String, String> variables = new HashMap<>(collector.variables());
      variables.putAll(
          Map.of("PORT", "0", "SKYWIRE_BIND", "127.0.0.1", "SECRET_KEY_BASE", TestApi.SECRET));
      variables.put("DATABASE_URL", "postgresql://nobody:secret@127.0.0.1:1/nowhere");
      try (TestApi api = new TestApi(variables)) {
        api.get("/health/ready");
      }
      CollectedSpan span = collector.await(1).getFirst();
      assertThat(span.attribute("http.response.status_code")).isEqualTo("503");
      assertThat(span.attribute("error.type")).isEqualTo("503");
      assertThat(span.error()).isNotEmpty();
    }
  }

  @Test
  void aStreamIsOneSpanThatEndsWithIt() throws Exception {
    try (TraceCollector collector = TraceCollector.start();
        TestDatabase database = TestDatabase.create();
        HttpClient client = HttpClient.newHttpClient()) {
      String token = TestApi.token(database.dataSource());
      try (TestApi api = api(database, collector)) {
        URI stream =
            URI.create(
                "http://127.0.0.1:%d/api/stream?since=0&access_token=%s"
                    .formatted(api.port(), token));
        HttpResponse<InputStream> streaming =
            client.send(
                HttpRequest.newBuilder(stream).build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = streaming.body()) {
          assertThat(body.read()).isPositive();
          api.get("/health/live");
          // Spans come in the order of their ends.
          while (collector.spans("GET /health/live").isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(20);
          }
          assertThat(collector.spans("GET /api/stream")).isEmpty();
        }
      }
      collector.await(2);
      List<CollectedSpan> streams = collector.spans("GET /api/stream");
      assertThat(streams).hasSize(1);
      assertThat(streams.getFirst().attribute("http.response.status_code")).isEqualTo("200");
      assertThat(streams.getFirst().error()).isEmpty();
      assertThat(collector.spans().toString()).doesNotContain(token);
    }
  }

  private static TestApi api(TestDatabase database, TraceCollector collector) {
    Map<String, String> variables = new HashMap<>(TestApi.variables(database.url()));
    variables.putAll(collector.variables());
    return new TestApi(variables);
  }
}
