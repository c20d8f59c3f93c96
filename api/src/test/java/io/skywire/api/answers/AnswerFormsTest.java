package io.skywire.api.answers;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import io.skywire.api.TestApi;
import io.skywire.api.TestDatabase;
import io.skywire.api.events.SinkStandIn;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The same answers in the forms that a client may ask for, and what caches are told. */
class AnswerFormsTest {
  private static final String FULL = "/api/events?since=0&limit=50";

  private static TestDatabase database;
  private static TestApi api;
  private static String token;

  /** The path of one that is long enough to be compressed. */
  private static String event;

  @BeforeAll
  static void start() throws Exception {
    database = TestDatabase.create();
    new SinkStandIn(database, 1).store(200);
    database.execute(
        """
        insert into gaps
        select 'relay.example', 1000 * gap, 1000 * gap + 5, 'the relay leaped', '2026-07-04T12:00Z'
        from generate_series(1, 20) gap;
        insert into event_stats
        select timestamptz '2026-07-04T14:30Z' + make_interval(mins => minute), type, '', '', 7
        from generate_series(0, 8) minute, unnest('{commit,identity,account}'::text[]) type
        """);
    api = new TestApi(database.url());
    token = TestApi.token(database.dataSource());
    event = "/api/events/" + longEvent();
  }

  private static long longEvent() throws Exception {
    JsonNode page = TestApi.json(api.get("/api/events?since=0&limit=150", token));
    return page.get("events")
        .valueStream()
        .filter(one -> one.at("/record/text").asString().length() > 1_024)
        .mapToLong(one -> one.get("seq").asLong())
        .findFirst()
        .orElseThrow();
  }

  @AfterAll
  static void stop() {
    api.close();
    database.close();
  }

  private static HttpResponse<byte[]> get(String path, String name, String value)
      throws IOException, InterruptedException {
    return api.send("GET", path, "Authorization", "Bearer " + token, name, value);
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  @Test
  void linesHaveTheSameEventsAndTheRestLast() throws Exception {
    JsonNode page = TestApi.json(api.get(FULL, token));
    HttpResponse<byte[]> answer = get(FULL, "Accept", "application/x-ndjson");
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/x-ndjson");
    assertThat(text(answer)).endsWith("}\n");
    List<JsonNode> lines = text(answer).lines().map(new JsonMapper()::readTree).toList();
    assertThat(lines).hasSize(51);
    assertThat(lines.subList(0, 50)).containsExactlyElementsOf(page.get("events"));
    for (String member : List.of("max_seq", "count", "oldest_seq", "watermark_seq")) {
      assertThat(lines.getLast().get(member)).as(member).isEqualTo(page.get(member));
    }
    assertThat(lines.getLast().has("events")).isFalse();
  }

  /** Whoever names lines gets them, unless JSON is liked better. */
  @ParameterizedTest
  @CsvSource({
    "application/x-ndjson, true",
    "'application/x-ndjson, application/json', true",
    "'application/json, application/x-ndjson;q=0.9', false",
    "'application/x-ndjson;q=0.1, application/json', false",
    "'application/x-ndjson;q=0.5, application/json;q=0.4', true",
    "'application/x-ndjson;q=0.5, */*', false",
    "'application/x-ndjson;q=0.5, */*;q=0.1', true",
    "'application/x-ndjson;q=0.5, */*, application/json;q=0.1', true",
    "'application/x-ndjson;q=0.5, application/*;q=0.1, */*', true",
    "application/x-ndjson;q=0, false",
    "'application/x-ndjson, nonsense', false",
    "*/*, false",
    "application/*, false",
    "text/html, false"
  })
  void linesAreForThoseWhoLikeThemBest(String accepted, boolean lines) throws Exception {
    assertThat(get(FULL, "Accept", accepted).headers().firstValue("Content-Type"))
        .hasValue(lines ? "application/x-ndjson" : "application/json");
  }

  @ParameterizedTest
  @CsvSource({
    "gzip, gzip",
    "'gzip, deflate, br, zstd', zstd",
    "'zstd;q=0.5, gzip;q=0.9', gzip",
    "'zstd;q=0, gzip;q=0', ''",
    "br, ''",
    "'gzip;q=abc', ''",
    "identity, ''"
  })
  void anAnswerIsCompressedAsTheClientLikesBest(String accepted, String coding) throws Exception {
    HttpResponse<byte[]> plain = api.get(FULL, token);
    HttpResponse<byte[]> answer = get(FULL, "Accept-Encoding", accepted);
    assertThat(answer.headers().firstValue("Content-Encoding").orElse("")).isEqualTo(coding);
    assertThat(answer.headers().allValues("Vary"))
        .contains("Authorization, Accept, Accept-Encoding");
    byte[] body = decompressed(answer, coding);
    assertThat(body).isEqualTo(plain.body());
    if (!coding.isEmpty()) {
      assertThat(answer.body().length).isLessThan(body.length);
    }
  }

  private static byte[] decompressed(HttpResponse<byte[]> answer, String coding)
      throws IOException {
    return switch (coding) {
      case "gzip" -> new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes();
      case "zstd" -> new ZstdInputStream(new ByteArrayInputStream(answer.body())).readAllBytes();
      default -> answer.body();
    };
  }

  private static List<String> otherPaths() {
    return List.of(event, "/api/gaps?since=0", "/api/stats?minutes=10&to=2026-07-04T14:39:00Z");
  }

  @ParameterizedTest
  @MethodSource("otherPaths")
  void otherAnswersAreCompressedToo(String path) throws Exception {
    HttpResponse<byte[]> plain = api.get(path, token);
    assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
    assertThat(plain.headers().allValues("Vary")).contains("Authorization, Accept-Encoding");
    for (String coding : List.of("gzip", "zstd")) {
      HttpResponse<byte[]> answer = get(path, "Accept-Encoding", coding);
      assertThat(answer.headers().firstValue("Content-Encoding")).hasValue(coding);
      assertThat(answer.body().length).isLessThan(plain.body().length);
      assertThat(decompressed(answer, coding)).isEqualTo(plain.body());
    }
  }

  @ParameterizedTest
  @MethodSource("otherPaths")
  void otherAnswersAreNotSentTwiceEither(String path) throws Exception {
    HttpResponse<byte[]> answer = api.get(path, token);
    assertThat(answer.headers().firstValue("Cache-Control"))
        .hasValue(path.equals(event) ? "private, max-age=60" : "private, no-cache");
    String tag = answer.headers().firstValue("ETag").orElseThrow();
    HttpResponse<byte[]> again = get(path, "If-None-Match", tag);
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    assertThat(again.headers().firstValue("ETag")).hasValue(tag);
    assertThat(get(path, "If-None-Match", "W/\"other\"").statusCode()).isEqualTo(200);
  }

  /**
   * TAG is the answer's own, without what makes it a weak one; a bar begins another header line.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "W/TAG",
        "TAG",
        "*",
        " * ",
        "\"a\",W/TAG",
        "\"a, b\", TAG , W/\"c\"",
        "\"a\"|TAG",
        "W/\"a\"|\"b\", W/TAG"
      })
  void whoHasTheAnswerIsToldSoHoweverTheTagIsPut(String known) throws Exception {
    assertThat(asked(known)).isEqualTo(304);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"a\"", "W/\"a\", \"*\"", "\"xTAG\"", "unquoted", "\"a|b\"", ""})
  void whoHasAnotherIsNot(String known) throws Exception {
    assertThat(asked(known)).isEqualTo(200);
  }

  private static int asked(String known) throws Exception {
    String tag = api.get(event, token).headers().firstValue("ETag").orElseThrow();
    assertThat(tag).startsWith("W/\"");
    List<String> headers = new ArrayList<>(List.of("Authorization", "Bearer " + token));
    for (String line : known.replace("TAG", tag.substring(2)).split("\\|", -1)) {
      headers.addAll(List.of("If-None-Match", line));
    }
    return api.send("GET", event, headers.toArray(String[]::new)).statusCode();
  }

  @Test
  void whatHasBecomeAnotherAnswerIsSentAnew() throws Exception {
    String path = "/api/gaps?since=90000";
    String tag = api.get(path, token).headers().firstValue("ETag").orElseThrow();
    database.execute("insert into gaps values ('relay.example', 90001, 90003, 'leap', now())");
    HttpResponse<byte[]> now = get(path, "If-None-Match", tag);
    assertThat(now.statusCode()).isEqualTo(200);
    assertThat(TestApi.json(now).get("count").asInt()).isEqualTo(1);
  }

  @Test
  void eachAnswerIsCompressedHoweverManyThereWereBefore() throws Exception {
    for (int request = 0; request < 2 * Compressions.MAX; request++) {
      String accepted = request % 2 == 0 ? "gzip" : "zstd";
      assertThat(get(FULL, "Accept-Encoding", accepted).headers().firstValue("Content-Encoding"))
          .as("request %d", request)
          .hasValue(accepted);
    }
  }

  @Test
  void aPageThatIsFullMayBeKeptAndIsNotSentTwice() throws Exception {
    HttpResponse<byte[]> page = api.get(FULL, token);
    assertThat(page.headers().firstValue("Cache-Control")).contains("private, max-age=60");
    String tag = page.headers().firstValue("ETag").orElseThrow();
    assertThat(tag).startsWith("W/\"");
    HttpResponse<byte[]> again = get(FULL, "If-None-Match", tag);
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    assertThat(get(FULL, "If-None-Match", "W/\"other\"").statusCode()).isEqualTo(200);
    assertThat(api.get("/api/events?since=1&limit=50", token).headers().firstValue("ETag"))
        .isNotEqualTo(page.headers().firstValue("ETag"));
  }

  @Test
  void aPageThatMayYetGrowIsNotKept() throws Exception {
    HttpResponse<byte[]> page = api.get("/api/events?since=0&limit=1000", token);
    assertThat(page.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(page.headers().firstValue("ETag")).isEmpty();
  }
}
