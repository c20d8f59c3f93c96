package io.skywire.api.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.api.TestApi;
import io.skywire.api.TestDatabase;
import io.skywire.api.events.SinkStandIn;
import io.skywire.api.filters.Choice;
import io.skywire.api.filters.EventFilter;
import io.skywire.api.tokens.Grant;
import io.skywire.api.tokens.TokenStore;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code /openapi.json} says is what the running api does: requests are made of its
 * description, right and wrong ones, and every answer has to be one that it names, with the fields
 * that it names and no others.
 */
@Timeout(120)
class OpenApiTest {
  private static final long SEED = System.nanoTime();
  private static final int REQUESTS = 1_500;

  private static final List<String> VALUES =
      List.of(
          "0",
          "1",
          "17",
          "250",
          "999999",
          "9223372036854775807",
          "9223372036854775808",
          "-1",
          "1.5",
          "1e3",
          "0x10",
          "",
          " ",
          "null",
          "true",
          "commit",
          "identity",
          "a.b.one",
          "a.b.*",
          "*",
          "a*",
          "did:plc:1",
          "\u0000",
          "\ud83d\ude00",
          "\u202e",
          "' or 1=1 --",
          "%00",
          "a,b",
          "٣",
          "x".repeat(3_000),
          "sky_",
          "W/\"1\"");

  private static final List<String> OTHER_METHODS =
      List.of("POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "get", "NONSENSE");

  private static TestDatabase database;
  private static TestApi api;
  private static String token;

  /** Of a token that sees one collection. */
  private static String scoped;

  private static JsonNode description;
  private static DescribedAnswers answers;

  private final Random random = new Random(SEED);

  @BeforeAll
  static void start() throws Exception {
    System.out.println("seed " + SEED);
    database = TestDatabase.create();
    new SinkStandIn(database, SEED).store(300);
    database.execute(
        """
        insert into gaps values ('relay.example', 10, 14, 'the relay leaped', now());
        insert into event_stats
        values (date_trunc('minute', now()), 'commit', '', '', 7),
            (date_trunc('minute', now()), 'commit', 'a.b.one', 'create', 5)
        """);
    api = new TestApi(database.url());
    TokenStore tokens = new TokenStore(database.dataSource(), TestApi.SECRET);
    token = tokens.create("all");
    EventFilter scope = new EventFilter(null, Choice.ofPatterns(List.of("a.b.one")), null);
    scoped = tokens.create(new Grant("scoped", scope, null, null));
    description = TestApi.json(api.get("/openapi.json"));
    answers = new DescribedAnswers(description);
  }

  @AfterAll
  static void stop() {
    api.close();
    database.close();
  }

  @Test
  void everyReferenceIsThere() {
    for (JsonNode reference : description.findValues("$ref")) {
      assertThat(description.at(reference.asString().substring(1)).isMissingNode())
          .as(reference.asString())
          .isFalse();
    }
  }

  @Test
  void anEventIsThatOfTheTopic() throws Exception {
    JsonNode topic =
        JsonMapper.shared()
            .readTree(
                Files.readString(Path.of("..", "docs", "topic", "schemas", "other.schema.json")));
    JsonNode event = description.at("/components/schemas/Event");
    assertThat(event.get("required")).isEqualTo(topic.get("required"));
    assertThat(event.get("properties").propertyNames())
        .containsExactlyElementsOf(topic.get("properties").propertyNames());
  }

  @Test
  void thePageToTryItHasItsFiles() throws Exception {
    HttpResponse<byte[]> page = api.get("/docs");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
    for (String file : List.of("swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png")) {
      assertThat(api.get(DocsController.SWAGGER_UI_PATH + file).statusCode())
          .as(file)
          .isEqualTo(200);
    }
    assertThat(api.get(DocsController.SWAGGER_UI_PATH + "../../../../api.properties").statusCode())
        .isNotEqualTo(200);
  }

  @Test
  void eachPartOfTheStateIsDescribed() throws Exception {
    database.execute(
        """
        insert into sink_heartbeats (instance, kafka_reachable, written_at, told_at, dead_letters)
        values ('one', true, now(), now(),
            '{"since":"2026-07-04T12:00:00Z","last_at":null,"by_reason":{}}')
        """);
    JsonNode health = TestApi.json(api.get("/api/health"));
    while (!health.at("/dead_letters/store").isObject()) {
      TimeUnit.MILLISECONDS.sleep(50);
      health = TestApi.json(api.get("/api/health"));
    }
    JsonNode described = description.at("/components/schemas/Health/properties");
    assertThat(described.propertyNames())
        .containsExactlyInAnyOrderElementsOf(health.propertyNames());
    for (Map.Entry<String, JsonNode> part : health.properties()) {
      if (part.getValue().isObject()) {
        assertThat(described.path(part.getKey()).path("properties").propertyNames())
            .as(part.getKey())
            .containsExactlyInAnyOrderElementsOf(part.getValue().propertyNames());
      }
    }
    assertThat(description.at("/components/schemas/DeadLetters/properties").propertyNames())
        .containsExactlyInAnyOrderElementsOf(health.at("/dead_letters/store").propertyNames());
  }

  @Test
  void everyAnswerIsOneOfThoseThatAreDescribed() throws Exception {
    List<String> paths = List.copyOf(description.get("paths").propertyNames());
    Map<Integer, Integer> statuses = new TreeMap<>();
    for (int request = 0; request < REQUESTS; request++) {
      String path = paths.get(random.nextInt(paths.size()));
      JsonNode operation = description.get("paths").get(path).get("get");
      Asked asked = ask(path, operation);
      // A stream does not end by itself, but it has a head.
      boolean head = path.equals("/api/stream") || random.nextInt(8) == 0;
      HttpResponse<byte[]> answer = api.send(head ? "HEAD" : "GET", asked.path(), asked.headers());
      JsonNode described =
          answers.resolve(operation.path("responses").path("" + answer.statusCode()));
      assertThat(described.isMissingNode()).as("%s: %d", asked, answer.statusCode()).isFalse();
      statuses.merge(answer.statusCode(), 1, Integer::sum);
      answers.check(asked, answer, described);
      if (head) {
        assertThat(answer.body()).as("%s", asked).isEmpty();
      }
      String tag = answer.headers().firstValue("ETag").orElse(null);
      if (tag != null && answer.statusCode() == 200 && !isOfNow(asked)) {
        checkThatItIsKnown(asked, operation, tag);
        statuses.merge(304, 1, Integer::sum);
      }
      if (random.nextInt(8) == 0) {
        refuses(OTHER_METHODS.get(random.nextInt(OTHER_METHODS.size())), asked);
      }
    }
    System.out.println(statuses);
    assertThat(statuses).containsKeys(200, 304, 400, 401, 403, 404);
  }

  /** Counts of the current minute are others after it. */
  private static boolean isOfNow(Asked asked) {
    return asked.path().startsWith("/api/stats") && !asked.path().contains("to=");
  }

  /** Whatever else there is in the request, a token among it. */
  private static void refuses(String method, Asked asked) throws Exception {
    HttpResponse<byte[]> answer = api.send(method, asked.path(), asked.headers());
    assertThat(answer.statusCode()).as("%s %s", method, asked).isEqualTo(405);
    assertThat(answer.headers().firstValue("Allow"))
        .as("%s %s", method, asked)
        .hasValueSatisfying(allowed -> assertThat(allowed).contains("GET", "HEAD", "OPTIONS"));
    answers.check(asked, answer, description.at("/components/responses/MethodNotAllowed"));
  }

  @Test
  void eachPathTellsWhatItTakes() throws Exception {
    for (String path : description.get("paths").propertyNames()) {
      HttpResponse<byte[]> answer = api.send("OPTIONS", path.replace("{seq}", "1"));
      assertThat(answer.statusCode()).as(path).isEqualTo(200);
      assertThat(answer.headers().firstValue("Allow")).as(path).hasValue("GET,HEAD,OPTIONS");
      assertThat(answer.body()).as(path).isEmpty();
    }
  }

  /** Who asks again for an answer that it has is told so. */
  private static void checkThatItIsKnown(Asked asked, JsonNode operation, String tag)
      throws Exception {
    List<String> headers = new ArrayList<>();
    for (int i = 0; i < asked.headers().length; i += 2) {
      if (!asked.headers()[i].equals("If-None-Match")) {
        headers.addAll(List.of(asked.headers()[i], asked.headers()[i + 1]));
      }
    }
    headers.addAll(List.of("If-None-Match", tag));
    Asked again = new Asked(asked.path(), headers.toArray(String[]::new));
    HttpResponse<byte[]> answer = api.send("GET", again.path(), again.headers());
    assertThat(answer.statusCode()).as("%s, known as %s", again, tag).isEqualTo(304);
    answers.check(again, answer, answers.resolve(operation.path("responses").path("304")));
  }

  private record Asked(String path, String... headers) {
    @Override
    public String toString() {
      return path.length() > 300 ? path.substring(0, 300) : path;
    }
  }

  private Asked ask(String path, JsonNode operation) {
    String filled = path;
    List<String> query = new ArrayList<>();
    List<String> headers = new ArrayList<>();
    String authorization =
        switch (random.nextInt(20)) {
          case 0 -> "";
          case 1 -> "Bearer sky_" + "A".repeat(43);
          case 2 -> "Basic dXNlcjpwYXNz";
          case 3, 4, 5 -> "Bearer " + scoped;
          default -> "Bearer " + token;
        };
    if (!authorization.isEmpty()) {
      headers.addAll(List.of("Authorization", authorization));
    }
    if (random.nextInt(4) == 0) {
      headers.addAll(List.of("Accept", "application/x-ndjson"));
    }
    // Filters of any value leave nothing to show.
    boolean bare = random.nextInt(3) == 0;
    for (JsonNode reference : operation.path("parameters")) {
      JsonNode parameter = answers.resolve(reference);
      String name = parameter.get("name").asString();
      int times = random.nextInt(12) == 0 ? 2 : random.nextInt(4) == 0 ? 0 : 1;
      if (bare && !parameter.path("required").asBoolean(false)) {
        times = 0;
      }
      switch (parameter.get("in").asString()) {
        case "path" -> filled = filled.replace("{" + name + "}", TestApi.encode(value(parameter)));
        case "query" -> {
          for (int time = 0; time < times; time++) {
            query.add(name + "=" + TestApi.encode(value(parameter)));
          }
        }
        default -> {
          if (times > 0) {
            headers.addAll(
                List.of(name, name.equals("If-None-Match") ? "W/\"1\"" : header(parameter)));
          }
        }
      }
    }
    return new Asked(
        query.isEmpty() ? filled : filled + "?" + String.join("&", query),
        headers.toArray(String[]::new));
  }

  /** A right one as often as not; no long wait, and no slash, which a path cannot have. */
  private String value(JsonNode parameter) {
    if (parameter.get("name").asString().equals("wait")) {
      return List.of("0", "x", "-1", "", "00").get(random.nextInt(5));
    }
    boolean number = parameter.at("/schema/type").asString().equals("integer");
    String value =
        number && random.nextBoolean()
            ? "" + (1 + random.nextInt(700))
            : VALUES.get(random.nextInt(VALUES.size()));
    return parameter.get("in").asString().equals("path") && (value.isBlank() || hostile(value))
        ? "12"
        : value;
  }

  /** A value that an HTTP client sends: printable ASCII. */
  private String header(JsonNode parameter) {
    String value = value(parameter);
    return value.chars().allMatch(one -> one > ' ' && one < 127) ? value : "x";
  }

  /** What Tomcat refuses in a path before anything of ours is asked. */
  private static boolean hostile(String value) {
    return value.chars().anyMatch(one -> one < ' ' || one == '%' || one == '/');
  }
}
