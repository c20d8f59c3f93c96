package io.skywire.api.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import io.skywire.api.TestApi;
import io.skywire.api.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The same page in the forms that a client may ask for, and what caches and limits are told. */
class AnswerFormsTest {
  private static final String FULL = "/api/events?since=0&limit=50";

  private static TestDatabase database;
  private static TestApi api;
  private static String token;

  @BeforeAll
  static void start() throws Exception {
    database = TestDatabase.create();
    new SinkStandIn(database, 1).store(200);
    api = new TestApi(database.url());
    token = TestApi.token(database.dataSource());
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
    byte[] body =
        switch (coding) {
          case "gzip" ->
              new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes();
          case "zstd" ->
              new ZstdInputStream(new ByteArrayInputStream(answer.body())).readAllBytes();
          default -> answer.body();
        };
    assertThat(body).isEqualTo(plain.body());
    if (!coding.isEmpty()) {
      assertThat(answer.body().length).isLessThan(body.length);
    }
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
