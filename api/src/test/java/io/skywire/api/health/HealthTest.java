package io.skywire.api.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.api.TestApi;
import io.skywire.api.TestDatabase;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
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
    assertThat(await("degraded").get("problems").toString()).contains("sink");
  }

  private JsonNode health() throws Exception {
    return TestApi.json(api.get("/api/health"));
  }

  /** The status is looked up anew only now and then. */
  private JsonNode await(String status) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    JsonNode health = health();
    while (!health.get("status").asString().equals(status) && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(50);
      health = health();
    }
    assertThat(health.get("status").asString()).as(health.toString()).isEqualTo(status);
    return health;
  }
}
