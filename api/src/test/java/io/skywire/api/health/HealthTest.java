package io.skywire.api.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.api.TestApi;
import io.skywire.api.TestDatabase;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class HealthTest {
  private TestDatabase database;
  private TestApi api;

  @BeforeEach
  void start() {
    database = TestDatabase.create();
    api = new TestApi(database.url());
  }

  @AfterEach
  void stop() {
    api.close();
    database.close();
  }

  private void everythingIsWell() {
    database.watermark(100);
    database.execute(
        """
        insert into firehose_events (seq, event_type, repo, indexed_at, event)
        values (100, 'identity', 'did:plc:a', now(), '{}')
        """);
    database.execute(
        """
        insert into firehose_cursor
            (relay, cursor_seq, connected, last_frame_at, behind_seconds, written_at, stored_at)
        values ('relay.example', 100, true, now(), 0, now(), now())
        """);
    database.execute("insert into sink_heartbeats values ('one', true, null, now())");
  }

  @Test
  void isDegradedUntilSomebodySaysOtherwise() throws Exception {
    assertThat(health().get("status").asString()).isEqualTo("degraded");
    assertThat(health().get("problems").size()).isPositive();
  }

  @Test
  void isOkWhenAllPartsSaySo() throws Exception {
    everythingIsWell();
    JsonNode health = await("ok");
    assertThat(health.get("last_seq").asLong()).isEqualTo(100);
    assertThat(health.get("lag_seconds").asDouble()).isZero();
    assertThat(health.get("problems").size()).isZero();
  }

  @Test
  void isDegradedWhenTheIngesterFallsSilent() throws Exception {
    everythingIsWell();
    database.execute("update firehose_cursor set stored_at = now() - interval '11 seconds'");
    assertThat(await("degraded").get("problems").toString()).contains("ingester");
  }

  @Test
  void isDegradedWhenTheRelayIsGone() throws Exception {
    everythingIsWell();
    database.execute("update firehose_cursor set connected = false, problem = 'refused'");
    assertThat(await("degraded").get("problems").toString()).contains("relay.example", "refused");
  }

  @Test
  void isDegradedWhenTheSinkIsBehindOrGoneOrWithoutKafka() throws Exception {
    everythingIsWell();
    database.execute("update firehose_cursor set cursor_seq = 101");
    database.execute("update firehose_events set indexed_at = now() - interval '31 seconds'");
    assertThat(await("degraded").get("lag_seconds").asDouble()).isGreaterThan(30);
    database.execute("update firehose_cursor set cursor_seq = 100");
    await("ok");
    database.execute("update sink_heartbeats set kafka_reachable = false");
    assertThat(await("degraded").get("problems").toString()).containsIgnoringCase("kafka");
    database.execute(
        "update sink_heartbeats set kafka_reachable = true, written_at = now() - interval '11 s'");
    await(
        health -> health.get("problems").toString().contains("no sink has reported for 1"),
        "degraded");
  }

  @Test
  void isDegradedWhileASinkCannotStoreAndSaysWhy() throws Exception {
    everythingIsWell();
    database.execute("insert into sink_heartbeats values ('two', true, 'disk full', now())");
    JsonNode health = await("degraded");
    assertThat(health.path("problems").size()).isOne();
    assertThat(health.path("problems").toString()).contains("cannot store", "disk full");
    assertThat(health.path("sink").path("problem").asString()).isEqualTo("disk full");
    assertThat(health.path("kafka").path("reachable").asBoolean()).isTrue();
    assertThat(health.path("kafka").path("problem").isNull()).isTrue();
    database.execute("update sink_heartbeats set kafka_reachable = false where instance = 'two'");
    JsonNode without = await(one -> !one.path("kafka").path("reachable").asBoolean(), "degraded");
    assertThat(without.path("kafka").path("problem").asString()).isEqualTo("disk full");
    assertThat(without.path("sink").path("problem").isNull()).isTrue();
    database.execute("update sink_heartbeats set kafka_reachable = true, problem = null");
    assertThat(await("ok").path("sink").path("problem").isNull()).isTrue();
  }

  @Test
  void isDegradedWhileASinkDoesNotCountAndSaysWhy() throws Exception {
    everythingIsWell();
    assertThat(await("ok").at("/streams/running").isNull()).as("nobody tells").isTrue();
    database.execute("update sink_heartbeats set told_at = written_at, streams_running = true");
    JsonNode well = await(one -> one.at("/streams/running").asBoolean(false), "ok");
    assertThat(well.at("/streams/problem").isNull()).isTrue();
    database.execute(
        """
        insert into sink_heartbeats
            (instance, kafka_reachable, written_at, told_at, streams_running, streams_problem)
        values ('two', true, now(), now(), false, 'it has ended')
        """);
    JsonNode health = await("degraded");
    assertThat(health.path("problems").size()).isOne();
    assertThat(health.path("problems").get(0).asString())
        .isEqualTo("a sink does not count events or send them on: it has ended");
    assertThat(health.at("/streams/problem").asString()).isEqualTo("it has ended");
    assertThat(health.at("/streams/running").asBoolean()).as("at the other").isTrue();
    assertThat(health.at("/sink/problem").isNull()).isTrue();
    database.execute(
        """
        update sink_heartbeats set streams_running = true, streams_problem = 'counts are not stored: no space'
        where instance = 'two'
        """);
    JsonNode unstored =
        await(one -> one.path("problems").toString().contains("no space"), "degraded");
    assertThat(unstored.path("problems").get(0).asString())
        .isEqualTo("a sink does not store counts: no space");
    assertThat(unstored.at("/streams/problem").asString())
        .isEqualTo("counts are not stored: no space");
    // As a release renews it that knows nothing of this: taken back, the sink counts maybe.
    database.execute(
        "update sink_heartbeats set written_at = told_at + interval '11 s' where instance = 'two'");
    assertThat(await("ok").at("/streams/problem").isNull()).isTrue();
  }

  @Test
  void deadLettersAreThoseOfTheIngesterAndOfAllSinksThatReport() throws Exception {
    everythingIsWell();
    JsonNode none = await("ok").path("dead_letters");
    assertThat(none.path("decode").isNull()).isTrue();
    assertThat(none.path("store").isNull()).isTrue();
    database.execute(
        """
        update firehose_cursor set told_at = stored_at, dead_letters =
            '{"since":"2026-07-04T12:00:00Z","last_at":null,"by_reason":{}}'
        """);
    database.execute(
        """
        insert into sink_heartbeats (instance, kafka_reachable, written_at, told_at, dead_letters)
        values
            ('two', true, now(), now(),
             '{"since":"2026-07-04T12:00:00Z","last_at":"2026-07-04T13:00:00Z","by_reason":{"not_an_event":3}}'),
            ('three', true, now(), now(),
             '{"since":"2026-07-04T11:00:00Z","last_at":"2026-07-04T12:00:00Z","by_reason":{"not_an_event":1,"refused_by_database":2}}'),
            ('gone', true, now() - interval '11 s', now() - interval '11 s',
             '{"since":"2026-07-04T10:00:00Z","last_at":"2026-07-04T14:00:00Z","by_reason":{"not_an_event":9}}'),
            ('of later', true, now(), now(), '{"since":7}')
        """);
    JsonNode letters = await(one -> !one.at("/dead_letters/store").isNull(), "ok");
    assertThat(letters.path("dead_letters").toString())
        .isEqualTo(
            "{\"decode\":{\"count\":0,\"since\":\"2026-07-04T12:00:00Z\",\"last_at\":null,\"by_reason\":{}},"
                + "\"store\":{\"count\":6,\"since\":\"2026-07-04T11:00:00Z\",\"last_at\":\"2026-07-04T13:00:00Z\","
                + "\"by_reason\":{\"not_an_event\":4,\"refused_by_database\":2}}}");
    // A sink of a release before stores what the ingester tells, and not this.
    database.execute("update firehose_cursor set stored_at = told_at + interval '11 s'");
    assertThat(await(one -> one.at("/dead_letters/decode").isNull(), "ok").path("problems").size())
        .isZero();
  }

  @Test
  void isDegradedWhileTheRelayRepeatsWhatIsStored() throws Exception {
    everythingIsWell();
    database.execute("update firehose_cursor set cursor_seq = 60, last_frame_at = now()");
    database.execute("update firehose_events set indexed_at = now() - interval '5 seconds'");
    await("ok");
    database.execute("update firehose_events set indexed_at = now() - interval '11 seconds'");
    assertThat(await("degraded").get("problems").toString()).contains("100", "60", "stored");
  }

  @Test
  void theLagIsUnknownWhenNobodyCanTellIt() throws Exception {
    everythingIsWell();
    assertThat(await("ok").get("lag_seconds").asDouble()).isZero();
    database.execute("update sink_heartbeats set written_at = now() - interval '11 s'");
    assertThat(await("degraded").get("lag_seconds").isNull()).as("no sink").isTrue();
    database.execute("update sink_heartbeats set written_at = now() + interval '1 minute'");
    await("ok");
    database.execute("update firehose_cursor set stored_at = now() - interval '11 s'");
    assertThat(await("degraded").get("lag_seconds").isNull()).as("no ingester").isTrue();
  }

  @Test
  void whatIsKeptIsToldAndSoIsADayThatRetentionDoubts() throws Exception {
    everythingIsWell();
    database.execute("update retention set trimmed_through = 99, today = '2026-07-20'");
    JsonNode health = await("ok");
    assertThat(health.path("retention").path("oldest_seq").asLong()).isEqualTo(100);
    assertThat(health.path("retention").path("trimmed_through").asLong()).isEqualTo(99);
    assertThat(health.path("problems").size()).isZero();
    database.execute("update retention set claimed_day = '2026-08-20', claimed_at = now()");
    JsonNode doubting = await(doubted -> !doubted.path("problems").isEmpty(), "ok");
    assertThat(doubting.path("problems").toString()).contains("2026-07-20", "2026-08-20");
    database.execute(
        "update retention set claimed_day = null, claimed_at = null, today = current_date + 30");
    JsonNode ahead = await(told -> told.path("problems").toString().contains("ahead"), "ok");
    assertThat(ahead.path("problems").toString()).contains("are dated", "an ingester's clock");
  }

  @Test
  void aGapIsToldAndNamedForADayButIsNoDegradation() throws Exception {
    everythingIsWell();
    database.execute(
        """
        insert into gaps
        select 'relay.example', i * 10, i * 10 + 5, 'old', now() - interval '1 day' * (9 - i)
        from generate_series(1, 7) i
        """);
    JsonNode old = await("ok");
    assertThat(old.get("problems").size()).isZero();
    assertThat(old.get("gaps").get("count").asLong()).isEqualTo(7);
    assertThat(old.get("gaps").get("latest").size()).isEqualTo(5);
    database.execute("insert into gaps values ('relay.example', 80, 90, 'OutdatedCursor', now())");
    JsonNode recent = await("ok", 8);
    JsonNode newest = recent.get("gaps").get("latest").get(0);
    assertThat(newest.get("from_seq").asLong()).isEqualTo(80);
    assertThat(newest.get("to_seq").asLong()).isEqualTo(90);
    assertThat(newest.get("reason").asString()).isEqualTo("OutdatedCursor");
    assertThat(newest.get("detected_at").asString()).isNotBlank();
    assertThat(recent.get("problems").toString()).contains("80", "90", "OutdatedCursor");
  }

  /** Readers that wait for a lock on the tokens hold all connections that they may have. */
  @Test
  void isNotDownWhenReadersHoldAllConnections() throws Exception {
    everythingIsWell();
    String token = "sky_" + "a".repeat(43);
    Map<String, String> variables = new HashMap<>(TestApi.variables(database.url()));
    variables.put("SKYWIRE_API_CONNECTIONS", "2");
    try (TestApi narrow = new TestApi(variables);
        ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      try (Connection lock = database.dataSource().getConnection();
          Statement statement = lock.createStatement()) {
        lock.setAutoCommit(false);
        statement.execute("lock table api_tokens in access exclusive mode");
        for (int i = 0; i < 2; i++) {
          String other = token.substring(0, 46) + i;
          readers.submit(() -> narrow.get("/api/events?since=0", other));
        }
        awaitWaitingReaders(2);
        HttpResponse<byte[]> health = narrow.get("/api/health");
        assertThat(TestApi.json(health).get("status").asString()).isEqualTo("ok");
        assertThat(health.statusCode()).isEqualTo(200);
        lock.rollback();
      }
    }
  }

  private void awaitWaitingReaders(int count) throws Exception {
    String sql =
        """
        select count(*) from pg_stat_activity
        where datname = current_database() and application_name = 'skywire-api'
          and wait_event_type = 'Lock'
        """;
    long deadline = System.nanoTime() + Duration.ofSeconds(8).toNanos();
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      int waiting = 0;
      while (waiting < count) {
        assertThat(System.nanoTime()).as("readers wait").isLessThan(deadline);
        try (ResultSet row = statement.executeQuery(sql)) {
          row.next();
          waiting = row.getInt(1);
        }
      }
    }
  }

  private JsonNode health() throws Exception {
    return TestApi.json(api.get("/api/health"));
  }

  /** The status is looked up anew only now and then. */
  private JsonNode await(String status) throws Exception {
    return await(health -> health.get("status").asString().equals(status), status);
  }

  private JsonNode await(String status, long gaps) throws Exception {
    return await(health -> health.get("gaps").get("count").asLong() == gaps, status);
  }

  private JsonNode await(Predicate<JsonNode> sign, String status) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    JsonNode health = health();
    while (!sign.test(health) && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(50);
      health = health();
    }
    assertThat(sign.test(health)).as(health.toString()).isTrue();
    assertThat(health.get("status").asString()).as(health.toString()).isEqualTo(status);
    return health;
  }
}
