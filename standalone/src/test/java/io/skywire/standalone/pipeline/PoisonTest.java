package io.skywire.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.embedded.relay.FakeRelay;
import io.skywire.standalone.pipeline.Poison.Expected;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a hostile account, relay or reader can send, through the whole pipeline: stored whole,
 * stored with the op marked, or a dead letter, and counted; and the next good event is soon
 * readable.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class PoisonTest extends PoisonSetUp {
  private static final String LETTERS = "skywire.ingester.dead.letters";

  static List<Poison> poisons() {
    return Poisons.all();
  }

  @ParameterizedTest
  @MethodSource("poisons")
  void comesToWhatTheTableSays(Poison poison) throws Exception {
    poisoned.assertReadableWithin(READABLE_WITHIN, () -> comesTo(poison));
  }

  private static Duration comesTo(Poison poison) throws Exception {
    String reason =
        switch (poison.expected()) {
          case Expected.Stored _ -> "none";
          case Expected.Marked _ -> "flawed_op";
          case Expected.Letter(String of) -> of;
        };
    double counted =
        reason.equals("none") ? 0 : poisoned.pipeline().ingesterCount(LETTERS, "reason", reason);
    long seq = poisoned.nextSeq();
    byte[] frame = poison.frame().of(seq);
    if (poison.hasSeq()) {
      poisoned.relay().send(seq, frame);
    } else {
      poisoned.relay().doOnce(client -> client.send(FakeRelay.BINARY, frame));
    }
    boolean isEvent = !(poison.expected() instanceof Expected.Letter);
    if (isEvent) {
      poisoned.expectEvent(seq);
    }
    Duration took = poisoned.timeToGood(poison.name());
    switch (poison.expected()) {
      case Expected.Stored(WholeEvent whole) -> {
        assertIs(whole, seq, frame, event(seq));
        assertThat(poisoned.letters().next()).isEmpty();
      }
      case Expected.Marked(String error, WholeEvent whole) -> {
        ObjectNode event = event(seq);
        ObjectNode op = (ObjectNode) event.at("/record/ops/1");
        assertThat(op.path("error").asString()).contains(error);
        op.remove("error");
        assertIs(whole, seq, frame, event);
        assertThatTheFrameIsALetter(seq, frame, reason);
      }
      case Expected.Letter _ -> {
        assertThat(poisoned.get("/api/events/" + seq).statusCode()).isEqualTo(404);
        assertThatTheFrameIsALetter(poison.hasSeq() ? seq : null, frame, reason);
      }
    }
    if (!reason.equals("none")) {
      assertThat(poisoned.pipeline().ingesterCount(LETTERS, "reason", reason))
          .isEqualTo(counted + 1);
    }
    return took;
  }

  @Test
  void aTextMessageIsADeadLetter() throws Exception {
    byte[] text = "{\"did\":\"did:plc:alice\"}".getBytes(StandardCharsets.UTF_8);
    poisoned.assertReadableWithin(
        READABLE_WITHIN,
        () -> {
          poisoned.relay().doOnce(client -> client.send(FakeRelay.TEXT, text));
          Duration took = poisoned.timeToGood("a text message");
          assertThatTheFrameIsALetter(null, text, "malformed");
          return took;
        });
  }

  /** Those of the other tests too, since the ingester has led all the time. */
  @Test
  void healthTellsHowManyDeadLettersThereAre() throws Exception {
    poisoned.relay().doOnce(client -> client.send(FakeRelay.TEXT, new byte[] {'?'}));
    poisoned.timeToGood("a letter to be told");
    double malformed = poisoned.pipeline().ingesterCount(LETTERS, "reason", "malformed");
    JsonNode told = lettersOfHealth();
    while (told.path("by_reason").path("malformed").asDouble(0) < malformed) {
      TimeUnit.MILLISECONDS.sleep(50);
      told = lettersOfHealth();
    }
    assertThat(malformed).isPositive();
    assertThat(told.path("count").asDouble()).isEqualTo(poisoned.pipeline().ingesterCount(LETTERS));
  }

  private static JsonNode lettersOfHealth() throws InterruptedException {
    return PoisonedPipeline.JSON
        .readTree(poisoned.get("/api/health").body())
        .at("/dead_letters/decode");
  }

  @Test
  void aSeqThatComesAgainIsNotPublishedAgain() throws Exception {
    poisoned.assertReadableWithin(READABLE_WITHIN, PoisonTest::repeats);
    assertThat(poisoned.letters().next()).isEmpty();
  }

  private static Duration repeats() throws Exception {
    double repeated =
        poisoned.pipeline().ingesterCount("skywire.ingester.drops", "reason", "repeated");
    long seq = poisoned.sendGood("nothing");
    byte[] again = PoisonedPipeline.good(seq);
    poisoned.relay().doOnce(client -> client.send(FakeRelay.BINARY, again));
    Duration took = poisoned.timeToGood("a seq that came again");
    assertThat(poisoned.pipeline().ingesterCount("skywire.ingester.drops", "reason", "repeated"))
        .isEqualTo(repeated + 1);
    return took;
  }

  @Test
  void pingsWithoutEndHoldNothingUp() throws Exception {
    poisoned.assertReadableWithin(
        READABLE_WITHIN,
        () -> {
          poisoned.relay().doOnce(PoisonTest::sendPings);
          return poisoned.timeToGood("20,000 pings");
        });
  }

  @ParameterizedTest
  @CsvSource({
    "200, ?since=0&repo=%00",
    "200, ?since=0&collection=%F0%9F%98%80&event_type=%E2%80%AE",
    "200, ?since=0&repo=%27;drop table firehose_events--",
    "200, ?since=9223372036854775807",
    "200, ?since=0&limit=99999999999999999999",
    "400, ?since=9223372036854775808",
    "400, ?since=-1",
    "400, ?since=%2B1",
    "400, ?since=0%00",
    "400, ?since=%D9%A1",
    "400, ?since=1e3",
    "400, ?since=",
    "400, ?since=0&since=0",
    "400, ?since=0&repo=a&repo=b",
    "400, ?since=0&limit=0",
    "400, ?since=0&limit=-5",
    "400, ?since=0&repo=%FF",
    "400, ?since=0&repo=%ED%A0%80",
    "400, /%00",
    "400, /-1",
    "400, /9223372036854775808",
    "404, /9223372036854775807",
    "404, /1/2"
  })
  void aHostileRequestIsAnsweredInItsPlace(int status, String request) throws Exception {
    HttpResponse<byte[]> answer = poisoned.get("/api/events" + request.replace(" ", "%20"));
    assertThat(answer.statusCode()).isEqualTo(status);
    JsonNode body = PoisonedPipeline.JSON.readTree(answer.body());
    assertThat(body.has(status == 200 ? "events" : "error")).isTrue();
  }

  @Test
  void anOverlongRequestIsAnsweredInItsPlace() throws Exception {
    assertThat(poisoned.get("/api/events?since=0&repo=" + "x".repeat(4_000)).statusCode())
        .isEqualTo(200);
    assertThat(poisoned.get("/api/events?since=0&repo=" + "x".repeat(100_000)).statusCode())
        .isEqualTo(400);
  }

  private static void sendPings(FakeRelay.Peer client) throws IOException {
    for (int ping = 0; ping < 20_000; ping++) {
      client.send(FakeRelay.PING, new byte[125]);
    }
  }

  private static ObjectNode event(long seq) throws InterruptedException {
    return (ObjectNode) PoisonedPipeline.JSON.readTree(poisoned.get("/api/events/" + seq).body());
  }

  private static void assertIs(WholeEvent whole, long seq, byte[] frame, ObjectNode event)
      throws SQLException {
    Instant indexedAt = Instant.parse(event.remove("indexed_at").asString());
    assertThat(event).isEqualTo(asRead(whole.json(seq, frame)));
    try (Connection connection = poisoned.pipeline().database().getConnection();
        PreparedStatement columns =
            connection.prepareStatement(
                """
                select (extract(epoch from time) * 1000000)::bigint,
                       (extract(epoch from indexed_at) * 1000000)::bigint
                from firehose_events
                where seq = ?
                """)) {
      columns.setLong(1, seq);
      try (ResultSet row = columns.executeQuery()) {
        assertThat(row.next()).isTrue();
        assertThat(row.getObject(1, Long.class)).isEqualTo(micros(whole.column()));
        assertThat(row.getObject(2, Long.class)).isEqualTo(micros(indexedAt));
        assertThat(row.next()).isFalse();
      }
    }
  }

  private static @Nullable Long micros(@Nullable Instant time) {
    return time == null ? null : ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  /** As a reader sees the value: what Jackson makes of it. */
  private static JsonNode asRead(Object value) {
    return PoisonedPipeline.JSON.readTree(PoisonedPipeline.JSON.writeValueAsBytes(value));
  }
}
