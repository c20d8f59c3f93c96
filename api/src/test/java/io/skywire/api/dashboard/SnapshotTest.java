package io.skywire.api.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.skywire.api.TestApi;
import io.skywire.api.TestDatabase;
import io.skywire.api.filters.Choice;
import io.skywire.api.filters.EventFilter;
import io.skywire.api.tokens.Grant;
import io.skywire.api.tokens.TokenStore;
import io.skywire.embedded.network.TcpProxy;
import io.skywire.embedded.network.WireProtocol;
import java.time.Instant;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

@Timeout(120)
class SnapshotTest {
  private TestDatabase database;
  private TcpProxy proxy;
  private TestApi api;
  private TokenStore tokens;
  private String token;
  private Operator operator;

  @BeforeEach
  void start() throws Exception {
    database = TestDatabase.create();
    proxy = TcpProxy.to(database.url().port(), WireProtocol.POSTGRES);
    api = new TestApi(database.url(proxy.port()));
    tokens = new TokenStore(database.dataSource(), TestApi.SECRET);
    token = tokens.create("operator");
    operator = Operator.signedIn(api, token);
  }

  @AfterEach
  void stop() {
    operator.close();
    api.close();
    proxy.close();
    database.close();
  }

  @Test
  void tellsWhatIsFineAndHowFarItIs() throws Exception {
    try (PipelineStandIn _ = PipelineStandIn.start(database)) {
      JsonNode snapshot =
          operator.snapshot(one ->
              one.path("figures").path("progress").path("rates").path("seconds").asDouble(0) > 3);
      assertThat(snapshot.path("status").asString()).isEqualTo("ok");
      assertThat(snapshot.path("where").isNull()).isTrue();
      assertThat(snapshot.path("sentence").asString())
          .isEqualTo(
              "It is fine: what can be read is less than 1 s behind the relay relay.example");
      assertThat(snapshot.path("health").path("status").asString()).isEqualTo("ok");
      JsonNode progress = snapshot.path("figures").path("progress");
      assertThat(progress.path("topic").asString()).isEqualTo("skywire.events");
      assertThat(progress.path("partitions").size()).isEqualTo(6);
      assertThat(progress.path("partitions").get(5).path("watermark").asLong())
          .isGreaterThan(31_527_015_000L);
      assertThat(progress.path("newest_readable_at").asString()).isNotEmpty();
      JsonNode rates = progress.path("rates");
      assertThat(rates.path("estimated").asBoolean()).isFalse();
      double commits = rates.path("by_type").path("commit").asDouble();
      assertThat(commits).isPositive();
      // Of 100 events 5 are identities, 2 are accounts and the rest commits.
      assertThat(rates.path("by_type").path("account").asDouble() / commits)
          .isCloseTo(2 / 93.0, within(0.01));
      assertThat(rates.path("total").asDouble()).isBetween(20.0, 101.0);
    }
  }

  @Test
  void tellsWhereItIsNotFine() throws Exception {
    try (PipelineStandIn pipeline = PipelineStandIn.start(database);
        Operator.Stream stream = operator.watch()) {
      pipeline.become(PipelineStandIn.State.BEHIND);
      JsonNode behind = stream.await(one -> one.path("where").asString("").equals("sink"));
      assertThat(behind.path("status").asString()).isEqualTo("degraded");
      assertThat(behind.path("sentence").asString())
          .matches(
              "It is not fine: what can be read is 7\\d s behind the relay, more than 30 s;"
                  + " the sink has yet to store what is in Kafka");
      pipeline.become(PipelineStandIn.State.RELAY_GONE);
      JsonNode gone = stream.await(one -> one.path("where").asString("").equals("relay"));
      assertThat(gone.path("sentence").asString())
          .startsWith(
              "It is not fine: the relay relay.example is not connected: connection refused");
    }
  }

  @Test
  void aFreshDatabaseIsNotFine() throws Exception {
    JsonNode snapshot = operator.snapshot();
    assertThat(snapshot.path("status").asString()).isEqualTo("degraded");
    assertThat(snapshot.path("where").asString()).isEqualTo("sink");
    assertThat(snapshot.path("sentence").asString())
        .isEqualTo("It is not fine: no sink has ever reported");
    assertThat(snapshot.path("figures").path("progress").path("watermark").isNull()).isTrue();
    assertThat(snapshot.path("figures").path("progress").path("partitions").isEmpty()).isTrue();
  }

  @Test
  void tellsTheLastHourByTheStatistics() throws Exception {
    PipelineStandIn.statisticsTable(database);
    database.execute(
        """
        insert into event_stats (minute, event_type, collection, action, events)
        select date_trunc('minute', now()) - make_interval(mins => m), 'commit', '', '', 600
        from generate_series(3, 60) m
        union all
        select date_trunc('minute', now()) - interval '3 minutes', 'sync', '', '', 60
        union all
        select date_trunc('minute', now()) - interval '200 minutes', 'commit', '', '', 999999
        union all
        select date_trunc('minute', now()) - make_interval(mins => m), 'commit', 'a.b.often', a, 10
        from generate_series(3, 12) m, unnest(array['create', 'delete']) a
        union all
        select date_trunc('minute', now()) - interval '3 minutes', 'commit', 'a.b.' || i, 'update', i
        from generate_series(1, 15) i
        """);
    JsonNode statistics = operator.snapshot().path("figures").path("statistics");
    assertThat(statistics.path("problem").isNull()).isTrue();
    JsonNode commits = statistics.path("per_second_by_type").path("commit");
    // The last two minutes are not known: they are absent, and not 0.
    assertThat(commits.size()).isIn(58, 57);
    assertThat(commits.get(20).asDouble()).isEqualTo(10.0);
    JsonNode syncs = statistics.path("per_second_by_type").path("sync");
    assertThat(syncs.get(syncs.size() - 1).asDouble()).isEqualTo(1.0);
    assertThat(syncs.get(0).asDouble()).isZero();
    JsonNode collections = statistics.path("collections");
    assertThat(collections.size()).isEqualTo(10);
    assertThat(collections.get(0).toString())
        .isEqualTo(
            "{\"collection\":\"a.b.often\",\"ops\":200,\"creates\":100,\"updates\":0,\"deletes\":100}");
    assertThat(collections.get(1).path("collection").asString()).isEqualTo("a.b.15");
  }

  @Test
  void saysThatThereAreNoStatistics() throws Exception {
    database.execute("drop table if exists event_stats cascade");
    assertThat(problem(operator.snapshot())).isEqualTo(StatisticsQuery.NO_TABLE);
    PipelineStandIn.statisticsTable(database);
    // They are looked at every ten seconds.
    assertThat(problem(operator.snapshot(one -> !problem(one).equals(StatisticsQuery.NO_TABLE))))
        .isEqualTo(StatisticsQuery.NO_ROWS);
  }

  private static String problem(JsonNode snapshot) {
    return snapshot.path("figures").path("statistics").path("problem").asString();
  }

  @Test
  void tellsGapsAndDays() throws Exception {
    database.execute(
        "insert into gaps values ('relay.example', 80, 90, 'OutdatedCursor', '2026-07-01')");
    database.execute(
        """
        insert into firehose_events (seq, event_type, indexed_at, event)
        select i, 'identity', '2026-07-02 12:00Z', '{}' from generate_series(1, 500) i
        """);
    database.execute("analyze firehose_events");
    JsonNode snapshot = operator.snapshot();
    assertThat(snapshot.path("health").path("gaps").path("count").asLong()).isOne();
    JsonNode storage = snapshot.path("figures").path("storage");
    assertThat(storage.path("database_bytes").asLong()).isGreaterThan(1_000_000);
    assertThat(storage.path("event_days").asInt()).isEqualTo(TestDatabase.DAYS);
    JsonNode day = storage.path("days").get(1);
    assertThat(day.path("partition").asString()).isEqualTo("firehose_events_2");
    assertThat(Instant.parse(day.path("from").asString()))
        .isEqualTo(Instant.parse("2026-07-02T00:00:00Z"));
    assertThat(day.path("rows").asLong()).isEqualTo(500);
    assertThat(day.path("bytes").asLong())
        .isGreaterThan(storage.path("days").get(2).path("bytes").asLong());
    assertThat(snapshot.path("disk").isNull()).as("the api's is not PostgreSQL's").isTrue();
  }

  @Test
  void ofManyDaysTheLatestAreToldAndTheOldest() throws Exception {
    database.execute(
        """
        do $$ begin
          for i in 1..60 loop
            execute format(
                'create table of_before_%s partition of firehose_events for values from (%L) to (%L)',
                i, timestamptz '2026-07-01Z' - make_interval(days => i),
                timestamptz '2026-07-01Z' - make_interval(days => i - 1));
          end loop;
        end $$
        """);
    JsonNode storage = operator.snapshot().path("figures").path("storage");
    assertThat(storage.path("event_days").asInt()).isEqualTo(60 + TestDatabase.DAYS);
    JsonNode days = storage.path("days");
    assertThat(days.size()).isEqualTo(40);
    assertThat(days.get(0).path("from").asString()).isEqualTo("2026-07-03T00:00:00Z");
    assertThat(days.get(38).path("from").asString()).isEqualTo("2026-05-26T00:00:00Z");
    assertThat(days.get(39).path("partition").asString()).isEqualTo("of_before_60");
  }

  /** It comes with health, which the sinks have from the ingester, wherever that runs. */
  @Test
  void tellsDeadLettersOfOtherProcesses() throws Exception {
    try (PipelineStandIn pipeline = PipelineStandIn.start(database);
        Operator.Stream stream = operator.watch()) {
      JsonNode letters = stream.await(any -> true).at("/last_health/dead_letters");
      assertThat(letters.at("/decode/by_reason/malformed").asLong()).isEqualTo(3);
      assertThat(letters.at("/store/count").asLong()).isZero();
      pipeline.become(PipelineStandIn.State.NOT_COUNTING);
      JsonNode ended = stream.await(one -> one.path("where").asString("").equals("sink"));
      assertThat(ended.path("sentence").asString())
          .isEqualTo(
              "It is not fine: a sink does not count events or send them on: "
                  + PipelineStandIn.STREAMS_PROBLEM);
    }
  }

  @Test
  void tellsTokensAndNeverTheirHash() throws Exception {
    EventFilter some = new EventFilter(Choice.of("commit"), Choice.of("a.b.c"), null);
    tokens.create(new Grant("scoped", some, Instant.parse("2099-01-01T00:00:00Z"), 60));
    tokens.create("revoked");
    tokens.revoke("revoked");
    JsonNode snapshot = operator.snapshot();
    JsonNode shown = snapshot.path("figures").path("tokens");
    assertThat(
            StreamSupport.stream(shown.spliterator(), false)
                .map(one -> one.path("name").asString())
                .toList())
        .containsExactly("operator", "scoped", "revoked");
    assertThat(shown.get(0).path("sees").asString()).isEqualTo("all events");
    assertThat(shown.get(0).path("last_used_at").asString("")).isNotEmpty();
    assertThat(shown.get(1).path("sees").asString()).isEqualTo("type commit; collection a.b.c");
    assertThat(shown.get(1).path("expires_at").asString()).isEqualTo("2099-01-01T00:00:00Z");
    assertThat(shown.get(1).path("requests_per_minute").asInt()).isEqualTo(60);
    assertThat(shown.get(2).path("active").asBoolean()).isFalse();
    assertThat(List.copyOf(shown.get(0).propertyNames()))
        .containsExactlyInAnyOrder(
            "name",
            "sees",
            "active",
            "created_at",
            "last_used_at",
            "expires_at",
            "requests_per_minute");
  }

  @Test
  void withoutTheDatabaseThePageSaysSoAndHasTheLastFigures() throws Exception {
    try (PipelineStandIn _ = PipelineStandIn.start(database);
        Operator.Stream stream = operator.watch()) {
      JsonNode before = stream.await(one -> one.path("status").asString().equals("ok"));
      proxy.cut();
      JsonNode gone = stream.await(one -> one.path("status").asString().equals("down"));
      assertThat(gone.path("sentence").asString())
          .isEqualTo("It is down: the database cannot be reached");
      assertThat(gone.path("where").asString()).isEqualTo("database");
      assertThat(gone.path("figures").path("read_at").asString())
          .isGreaterThanOrEqualTo(before.path("figures").path("read_at").asString())
          .isLessThan(gone.path("at").asString());
      assertThat(gone.path("figures_problem").asString()).isEqualTo("the database is away");
      assertThat(gone.path("figures").path("progress").path("watermark").asLong()).isPositive();
      assertThat(gone.path("last_health").path("relay").path("host").asString())
          .isEqualTo("relay.example");
      assertThat(operator.get("/dashboard").body()).contains("id=\"sentence\"");
      try (Operator other = new Operator(api)) {
        var refused = other.signIn(token);
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("The token cannot be checked");
      }
      proxy.heal();
      JsonNode back = stream.await(one -> one.path("status").asString().equals("ok"));
      assertThat(back.path("figures_problem").isNull()).isTrue();
    }
  }
}
