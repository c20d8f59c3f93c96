package io.skywire.api.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.api.TestApi;
import io.skywire.api.TestDatabase;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Events 1 to 10 and 21 to 30; what was between them is lost, and so is what came after 30. */
class GapsTest {
  private static TestDatabase database;
  private static TestApi api;
  private static String token;

  @BeforeAll
  static void start() throws Exception {
    database = TestDatabase.create();
    database.execute(
        """
        insert into firehose_events
        select seq, 'commit', 'did:plc:a', 'a.b.c', null, '2026-07-01', '{}'
        from generate_series(1, 30) seq where seq not between 11 and 20
        """);
    database.execute(
        """
        insert into gaps values
        ('relay.example', 10, 21, 'the relay "skipped" …', '2026-07-04T12:00:00.123Z'),
        ('skywire.events/3', 30, 41, 'trimmed', '2026-07-05T12:00:00Z'),
        ('skywire.events/4', 35, 41, 'trimmed', '2026-07-05T12:00:00Z')
        """);
    database.watermark(30);
    api = new TestApi(database.url());
    token = TestApi.token(database.dataSource());
  }

  @AfterAll
  static void stop() {
    api.close();
    database.close();
  }

  private static JsonNode get(String path) throws Exception {
    HttpResponse<byte[]> response = api.get(path, token);
    assertThat(response.statusCode()).isEqualTo(200);
    return TestApi.json(response);
  }

  private static List<Long> ends(JsonNode answer) {
    List<Long> ends = new ArrayList<>();
    answer.path("gaps").forEach(gap -> ends.add(gap.get("to_seq").asLong()));
    return ends;
  }

  @Test
  void aPageThatPassesAGapSaysSo() throws Exception {
    JsonNode page = get("/api/events?since=5&limit=8");
    assertThat(page.get("max_seq").asLong()).isEqualTo(23);
    assertThat(page.get("gaps"))
        .hasToString(
            """
            [{"source":"relay.example","from_seq":10,"to_seq":21,"reason":"the relay \\"skipped\\" …",\
            "detected_at":"2026-07-04T12:00:00.123Z"}]\
            """);
  }

  @ParameterizedTest
  @CsvSource({
    // Up to the gap, into it from before, from within, and from behind it.
    "since=5&limit=5, false",
    "since=5&limit=6, true",
    "since=10&limit=1, true",
    "since=19&limit=1, true",
    "since=20&limit=1, false",
    "since=30, false",
    // What no filter finds may be what was lost.
    "since=0&repo=did:plc:b, true",
    "since=0&repo=did:plc:a&collection=a.b.c, true",
  })
  void aPageTellsOfWhatIsMissingInItsRangeAlone(String query, boolean passes) throws Exception {
    assertThat(ends(get("/api/events?" + query))).isEqualTo(passes ? List.of(21L) : List.of());
  }

  @Test
  void allGapsCanBePagedByTheirEnds() throws Exception {
    assertThat(ends(get("/api/gaps?since=0"))).containsExactly(21L, 41L, 41L);
    JsonNode first = get("/api/gaps?since=0&limit=1");
    assertThat(ends(first)).containsExactly(21L);
    assertThat(first.get("max_seq").asLong()).isEqualTo(21);
    // Two that end together are not torn apart.
    JsonNode second = get("/api/gaps?since=21&limit=1");
    assertThat(ends(second)).containsExactly(41L, 41L);
    assertThat(second.get("count").asInt()).isEqualTo(2);
    JsonNode last = get("/api/gaps?since=41");
    assertThat(last.get("gaps").isEmpty()).isTrue();
    assertThat(last.get("max_seq").asLong()).isEqualTo(41);
  }

  @Test
  void gapsAreForThoseWithATokenAndASince() throws Exception {
    assertThat(api.get("/api/gaps?since=0").statusCode()).isEqualTo(401);
    assertThat(api.get("/api/gaps", token).statusCode()).isEqualTo(400);
  }
}
