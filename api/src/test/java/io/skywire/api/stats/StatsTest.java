package io.skywire.api.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.api.TestApi;
import io.skywire.api.TestDatabase;
import io.skywire.api.filters.Choice;
import io.skywire.api.filters.EventFilter;
import io.skywire.api.tokens.Grant;
import io.skywire.api.tokens.TokenStore;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The same counts in each of the last three hours' minutes, and what requests make of them. */
class StatsTest {
  private static final int MINUTES = 180;

  private static TestDatabase database;
  private static TestApi api;
  private static String token;

  @BeforeAll
  static void start() throws Exception {
    database = TestDatabase.create();
    database.execute(
        """
        insert into event_stats
        select date_trunc('minute', now()) - make_interval(mins => minute - 5), event_type,
               collection, action, events
        from generate_series(0, %d) minute,
             (values ('commit', '', '', 100), ('identity', '', '', 3),
                     ('commit', 'app.bsky.feed.like', 'create', 60),
                     ('commit', 'app.bsky.feed.like', 'delete', 20),
                     ('commit', 'app.bsky.feed.post', 'create', 40),
                     ('commit', 'app.bsky.graph.follow', 'create', 30)) c
                 (event_type, collection, action, events)
        """
            .formatted(MINUTES));
    api = new TestApi(database.url());
    token = TestApi.token(database.dataSource());
  }

  @AfterAll
  static void stop() {
    api.close();
    database.close();
  }

  @Test
  void eachMinuteHasItsCountsTheNewestFirst() throws Exception {
    JsonNode answer = get("minutes=2", token);
    Instant to = Instant.parse(answer.get("to").asString());
    assertThat(to).isAfter(Instant.now().minusSeconds(2)).isBefore(Instant.now().plusSeconds(61));
    assertThat(to).isEqualTo(to.truncatedTo(ChronoUnit.MINUTES));
    assertThat(Instant.parse(answer.get("from").asString()))
        .isEqualTo(to.minus(Duration.ofMinutes(2)));
    assertThat(answer.get("per").asString()).isEqualTo("minute");
    assertThat(answer.get("by")).hasToString("[\"type\",\"collection\",\"action\"]");
    assertThat(answer.has("more")).isFalse();
    Instant newest = to.minus(Duration.ofMinutes(1));
    assertThat(answer.get("stats")).hasSize(12);
    assertThat(answer.at("/stats/1"))
        .hasToString(
            """
            {"minute":"%s","event_type":"commit","collection":"app.bsky.feed.like",\
            "action":"create","count":60}\
            """
                .formatted(newest));
    assertThat(answer.at("/stats/6/minute").asString())
        .isEqualTo(newest.minus(Duration.ofMinutes(1)).toString());
  }

  /** An event is one, whatever its ops; ops are told apart from it by what they do to what. */
  @ParameterizedTest
  @CsvSource({
    "type, commit:200 identity:6",
    "collection, :206 app.bsky.feed.like:160 app.bsky.feed.post:80 app.bsky.graph.follow:60",
    "action, create:260 :206 delete:40",
    "'type,action', commit:create:260 commit::200 commit:delete:40 identity::6",
  })
  void aTotalIsASumByWhatIsAskedForTheLargestFirst(String by, String sums) throws Exception {
    JsonNode answer = get("minutes=2&per=total&by=" + by, token);
    assertThat(answer.get("per").asString()).isEqualTo("total");
    assertThat(lines(answer)).containsExactly(sums.split(" "));
  }

  @Test
  void aLimitSaysWhenThereIsMore() throws Exception {
    JsonNode cut = get("minutes=1&limit=5", token);
    assertThat(cut.get("stats")).hasSize(5);
    assertThat(cut.get("more").asBoolean()).isTrue();
    JsonNode whole = get("minutes=1&limit=6", token);
    assertThat(whole.get("stats")).hasSize(6);
    assertThat(whole.has("more")).isFalse();
    assertThat(get("minutes=170&limit=5000", token).get("stats")).hasSize(1_000);
    assertThat(get("minutes=170&by=type", token).get("stats")).hasSize(340);
    // The default of a total.
    database.execute(
        """
        insert into event_stats
        select date_trunc('minute', now()) - interval '20 hours', 'commit', 'a.b.c' || i, 'create', 1
        from generate_series(1, 120) i
        """);
    assertThat(get("minutes=1440&per=total", token).get("stats")).hasSize(100);
  }

  /** Each minute is whole on one page at least, since a page has room for two. */
  @Test
  void pagesGoOnFromTheNewestMinuteToTheOldest() throws Exception {
    Instant end = Instant.now().truncatedTo(ChronoUnit.MINUTES);
    Instant begin = end.minus(Duration.ofMinutes(10));
    Map<String, Integer> counts = new HashMap<>();
    int pages = 0;
    Instant to = end;
    while (to.isAfter(begin)) {
      JsonNode page = get("minutes=10&limit=15&to=" + to, token);
      assertThat(page.get("to").asString()).isEqualTo(to.toString());
      assertThat(page.get("stats").size()).isBetween(1, 15);
      for (JsonNode row : page.get("stats")) {
        Instant minute = Instant.parse(row.get("minute").asString());
        assertThat(minute).isBefore(to);
        if (!minute.isBefore(begin)) {
          counts.put(minute + " " + line(row).replaceFirst(":\\d+$", ""), row.get("count").asInt());
        }
      }
      Instant next = Instant.parse(page.get("next_to").asString());
      assertThat(next).isBefore(to);
      to = next;
      pages++;
    }
    assertThat(pages).isEqualTo(5);
    assertThat(counts).hasSize(10 * 6);
    assertThat(counts.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(10 * 253);
  }

  /** On the next page comes what this one does not have whole. */
  @ParameterizedTest
  @CsvSource({"5, 1", "6, 1", "8, 1", "12, 2", "17, 2", "18, 3", "1000, 3"})
  void thePageAfterBeginsWithTheMinuteThatWasCutOff(int limit, int minutes) throws Exception {
    Instant to = Instant.now().truncatedTo(ChronoUnit.MINUTES);
    JsonNode page = get("minutes=3&limit=" + limit + "&to=" + to, token);
    assertThat(page.get("from").asString()).isEqualTo(to.minus(Duration.ofMinutes(3)).toString());
    assertThat(page.has("more")).isEqualTo(limit < 18);
    assertThat(page.get("next_to").asString())
        .isEqualTo(to.minus(Duration.ofMinutes(minutes)).toString());
  }

  /** A total has no further pages: what follows are the minutes before. */
  @Test
  void aTotalIsFollowedByThatOfTheMinutesBefore() throws Exception {
    Instant to = Instant.now().truncatedTo(ChronoUnit.MINUTES);
    JsonNode total = get("minutes=3&per=total&limit=2&to=" + to, token);
    assertThat(total.get("more").asBoolean()).isTrue();
    assertThat(total.get("next_to")).isEqualTo(total.get("from"));
    assertThat(lines(total))
        .containsExactly("commit:::300", "commit:app.bsky.feed.like:create:180");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "minutes=0",
        "minutes=1441",
        "minutes=99999999999",
        "minutes=x",
        "minutes=-1",
        "minutes=1&minutes=2",
        "by=",
        "by=type,",
        "by=repo",
        "by=TYPE",
        "per=hour",
        "per=",
        "limit=0",
        "limit=ten",
        "to=",
        "to=yesterday",
        "to=2026-07-04",
        "to=2026-07-04T14:39:01Z",
        "to=1969-12-31T23:59:00Z",
        "to=%2B10000-01-01T00:00:00Z",
        "to=2026-07-04T14:39:00Z&to=2026-07-04T14:39:00Z"
      })
  void whatCannotBeRightIsAProblem(String query) throws Exception {
    HttpResponse<byte[]> answer = api.get("/api/stats?" + query, token);
    assertThat(answer.statusCode()).as(query).isEqualTo(400);
    assertThat(TestApi.json(answer).get("error").asString())
        .contains(query.substring(0, query.indexOf('=')));
  }

  @Test
  void countsAreForThoseWithAToken() throws Exception {
    assertThat(api.get("/api/stats").statusCode()).isEqualTo(401);
  }

  @Test
  void aTokenOfSomeCollectionsSeesTheirOpsAlone() throws Exception {
    String feed =
        token("feed", new EventFilter(null, Choice.ofPatterns(List.of("app.bsky.feed.*")), null));
    assertThat(lines(get("minutes=1&per=total&by=collection", feed)))
        .containsExactly("app.bsky.feed.like:80", "app.bsky.feed.post:40");
    assertThat(lines(get("minutes=1&per=total&by=action", feed)))
        .containsExactly("create:100", "delete:20");
    // How many commits have such an op, nobody has counted.
    assertThat(api.get("/api/stats?by=type", feed).statusCode()).isEqualTo(403);
  }

  @Test
  void aTokenOfSomeTypesSeesTheirEventsAndOps() throws Exception {
    String identities = token("identities", EventFilter.of("identity", null, null));
    assertThat(lines(get("minutes=1&per=total&by=type", identities))).containsExactly("identity:3");
    assertThat(lines(get("minutes=1&per=total", identities))).containsExactly("identity:::3");
  }

  @Test
  void aTokenOfSomeReposSeesNoCounts() throws Exception {
    String repo = token("repo", EventFilter.of(null, null, "did:plc:a"));
    for (String by : List.of("type", "collection", "type,collection,action")) {
      assertThat(api.get("/api/stats?by=" + by, repo).statusCode()).isEqualTo(403);
    }
  }

  @Test
  void aTokenOfABrokenScopeSeesNothing() throws Exception {
    String nothing = token("nothing", EventFilter.of(null, null, null));
    database.execute("update api_tokens set scopes = '{\"nonsense\": []}' where name = 'nothing'");
    assertThat(get("minutes=1&per=total&by=type", nothing).get("stats").isEmpty()).isTrue();
  }

  private static String token(String name, EventFilter scope) throws Exception {
    return new TokenStore(database.dataSource(), TestApi.SECRET)
        .create(new Grant(name, scope, null, null));
  }

  private static JsonNode get(String query, String bearer) throws Exception {
    HttpResponse<byte[]> response = api.get("/api/stats?" + query, bearer);
    assertThat(response.statusCode()).as(query).isEqualTo(200);
    return TestApi.json(response);
  }

  private static List<String> lines(JsonNode answer) {
    return StreamSupport.stream(answer.get("stats").spliterator(), false)
        .map(StatsTest::line)
        .toList();
  }

  /** Its columns' values, but for the minute's. */
  private static String line(JsonNode row) {
    return String.join(
        ":",
        row.propertyStream()
            .filter(member -> !member.getKey().equals("minute"))
            .map(member -> member.getValue().asString())
            .toList());
  }
}
