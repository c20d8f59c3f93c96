package io.skywire.api.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.api.TestApi;
import io.skywire.api.TestDatabase;
import io.skywire.api.events.SinkStandIn;
import io.skywire.api.filters.Choice;
import io.skywire.api.filters.EventFilter;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TokensTest {
  private static final String NEXT_SECRET = "fedcba9876543210fedcba9876543210";

  private TestDatabase database;
  private TokenStore tokens;

  @BeforeEach
  void start() {
    database = TestDatabase.create();
    tokens = new TokenStore(database.dataSource(), TestApi.SECRET);
  }

  @AfterEach
  void stop() {
    database.close();
  }

  @Test
  void aTokenIsFoundByItselfAlone() throws Exception {
    String token = tokens.create("My App");
    assertThat(token).matches("sky_[A-Za-z0-9_-]{43}");
    assertThat(tokens.find(token)).isNotNull();
    assertThat(tokens.find(token + "x")).isNull();
    assertThat(new TokenStore(database.dataSource(), TestApi.SECRET + "x").find(token)).isNull();
  }

  @Test
  void onlyItsHashIsStored() throws Exception {
    String token = tokens.create("My App");
    assertThat(rowsAsText())
        .contains("My App")
        .doesNotContain(token)
        .doesNotContain(token.substring(4));
  }

  @Test
  void aNameIsTakenUntilItsTokenIsRevoked() throws Exception {
    tokens.create("one");
    assertThatThrownBy(() -> tokens.create("one")).isInstanceOf(TokenNameException.class);
    assertThat(tokens.revoke("one")).isTrue();
    assertThat(tokens.revoke("one")).isFalse();
    assertThat(tokens.create("one")).isNotEmpty();
    assertThat(tokens.list()).hasSize(2);
  }

  @Test
  void aRevokedTokenStopsWorkingWithinSecondsAndAnExpiredOneDoesNotWork() throws Exception {
    String revoked = tokens.create("revoked");
    String expired = tokens.create("expired");
    database.execute("update api_tokens set expires_at = now() where name = 'expired'");
    try (TestApi api = new TestApi(database.url())) {
      assertThat(api.get("/api/events?since=0", revoked).statusCode()).isEqualTo(200);
      assertThat(api.get("/api/events?since=0", expired).statusCode()).isEqualTo(401);
      tokens.revoke("revoked");
      long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
      int status = 200;
      while (status == 200 && System.nanoTime() < deadline) {
        TimeUnit.MILLISECONDS.sleep(50);
        status = api.get("/api/events?since=0", revoked).statusCode();
      }
      assertThat(status).isEqualTo(401);
    }
  }

  @Test
  void itIsNotedWhenATokenWasLastUsed() throws Exception {
    String used = tokens.create("used");
    tokens.create("unused");
    Instant before = Instant.now().minusSeconds(1);
    try (TestApi api = new TestApi(database.url())) {
      assertThat(api.get("/api/events?since=0", used).statusCode()).isEqualTo(200);
      long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (lastUsed("used") == null && System.nanoTime() < deadline) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
    assertThat(lastUsed("used")).isBetween(before, Instant.now().plusSeconds(1));
    assertThat(lastUsed("unused")).isNull();
  }

  private @Nullable Instant lastUsed(String name) throws Exception {
    return tokens.list().stream()
        .filter(token -> token.name().equals(name))
        .findFirst()
        .orElseThrow()
        .lastUsedAt();
  }

  @Test
  void aTokenInUseOutlivesAChangeOfTheSecret() throws Exception {
    String used = tokens.create("used");
    String unused = tokens.create("unused");
    String revoked = tokens.create("revoked");
    tokens.revoke("revoked");
    Map<String, String> rotated = new HashMap<>(TestApi.variables(database.url()));
    rotated.put("SECRET_KEY_BASE", NEXT_SECRET);
    rotated.put("SECRET_KEY_BASE_PREVIOUS", TestApi.SECRET);
    try (TestApi api = new TestApi(rotated)) {
      assertThat(api.get("/api/events?since=0", used).statusCode()).isEqualTo(200);
      assertThat(api.get("/api/events?since=0", revoked).statusCode()).isEqualTo(401);
    }
    TokenStore next = new TokenStore(database.dataSource(), NEXT_SECRET);
    assertThat(next.find(used)).isNotNull();
    assertThat(next.find(unused)).isNull();
    assertThat(tokens.find(used)).as("under the previous secret").isNull();
    assertThat(tokens.find(unused)).isNotNull();
    assertThat(next.list()).hasSize(3);
  }

  @Test
  void apisWithTheSecretsInEitherOrderKnowTheSameTokens() throws Exception {
    TokenStore before =
        new TokenStore(database.dataSource(), new SecretKeys(TestApi.SECRET, NEXT_SECRET));
    TokenStore after =
        new TokenStore(database.dataSource(), new SecretKeys(NEXT_SECRET, TestApi.SECRET));
    String old = before.create("old");
    String young = after.create("young");
    for (TokenStore store : List.of(after, before, before, after)) {
      assertThat(store.find(old)).isNotNull();
      assertThat(store.find(young)).isNotNull();
    }
  }

  @Test
  void aScopeLimitsWhatATokenSees() throws Exception {
    new SinkStandIn(database, 3).store(300);
    EventFilter scope =
        new EventFilter(null, Choice.ofPatterns(List.of("a.b.*", "a.c.three")), null);
    String token = tokens.create(new Grant("scoped", scope, null, null));
    assertThat(Objects.requireNonNull(tokens.find(token)).scope()).isEqualTo(scope);
    try (TestApi api = new TestApi(database.url())) {
      String all = tokens.create("all");
      List<Long> seen = seqs(api, "", token);
      assertThat(seen)
          .hasSizeBetween(20, 299)
          .containsExactlyInAnyOrderElementsOf(
              Stream.concat(
                      seqs(api, "&collection=a.b.*", all).stream(),
                      seqs(api, "&collection=a.c.three", all).stream())
                  .distinct()
                  .toList());
      assertThat(seqs(api, "&collection=a.b.one", token))
          .isNotEmpty()
          .isEqualTo(seqs(api, "&collection=a.b.one", all));
      assertThat(api.get("/api/events?since=0&collection=rare.x.y", token).statusCode())
          .isEqualTo(403);
      assertThat(api.get("/api/stream?since=0&collection=rare.x.y", token).statusCode())
          .isEqualTo(403);
      assertThat(api.get("/api/events/" + seen.getFirst(), token).statusCode()).isEqualTo(200);
      long hidden =
          seqs(api, "", all).stream().filter(seq -> !seen.contains(seq)).findFirst().orElseThrow();
      assertThat(api.get("/api/events/" + hidden, token).statusCode()).isEqualTo(404);
      assertThat(api.get("/api/events/" + hidden, all).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aScopeThatCannotBeUnderstoodLetsNothingBeSeen() throws Exception {
    new SinkStandIn(database, 3).store(30);
    try (TestApi api = new TestApi(database.url())) {
      assertThat(seqs(api, "", tokens.create("all"))).isNotEmpty();
      for (String scope : List.of("{\"collection\":[\"a.b.*\"]}", "{\"repos\":[]}", "[]")) {
        // A token of its own each: none is known to the api before it is broken.
        String token = tokens.create(scope);
        database.execute(
            "update api_tokens set scopes = '%1$s' where name = '%1$s'".formatted(scope));
        assertThat(seqs(api, "", token)).as(scope).isEmpty();
        assertThat(api.get("/api/events/5", token).statusCode()).isEqualTo(404);
      }
    }
    assertThat(tokens.list()).hasSize(4);
  }

  private static List<Long> seqs(TestApi api, String filter, String token) throws Exception {
    List<Long> seqs = new ArrayList<>();
    TestApi.json(api.get("/api/events?since=0&limit=1000" + filter, token))
        .get("events")
        .forEach(event -> seqs.add(event.get("seq").asLong()));
    return seqs;
  }

  @Test
  void whoSendsTooManyRequestsIsToldWhenItMaySendMore() throws Exception {
    String token = tokens.create(new Grant("busy", EventFilter.ALL, null, 2));
    try (TestApi api = new TestApi(database.url())) {
      assertThat(api.get("/api/events?since=0", token).headers().firstValue("RateLimit"))
          .hasValueSatisfying(left -> assertThat(left).startsWith("\"token\";r=1;t="));
      api.get("/api/events?since=0", token);
      HttpResponse<byte[]> refused = api.get("/api/events?since=0", token);
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.headers().firstValue("RateLimit-Policy")).contains("\"token\";q=2;w=60");
      assertThat(refused.headers().firstValueAsLong("Retry-After").orElseThrow())
          .isBetween(1L, 60L);
      assertThat(TestApi.json(refused).get("error").asString()).contains("2 requests a minute");
    }
  }

  private String rowsAsText() throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("select string_agg(t::text, ' ') from api_tokens t")) {
      row.next();
      return row.getString(1);
    }
  }
}
