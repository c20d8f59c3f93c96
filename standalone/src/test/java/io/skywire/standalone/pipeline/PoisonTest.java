package io.skywire.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.skywire.embedded.relay.FakeRelay;
import io.skywire.embedded.relay.FrameBytes;
import io.skywire.ingester.Patience;
import io.skywire.standalone.pipeline.Poison.Expected;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * What a hostile account or relay can send, through the whole pipeline: stored whole, stored with
 * the op marked, or a dead letter, and counted; and the next good event is soon readable.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class PoisonTest {
  private static final String LETTERS = "skywire.ingester.dead.letters";

  /** What a frame is cut to. */
  private static final int FRAME_BYTES_MAX = 5 * 1024 * 1024 + 64 * 1024;

  /** For 60 s: a relay may be silent for less, and a frame must be whole within it. */
  private static final Duration SILENCE_MAX = Duration.ofSeconds(4);

  private static final Patience PATIENCE =
      new Patience(
          Duration.ofSeconds(1),
          SILENCE_MAX,
          Patience.defaults().requestMax(),
          Patience.defaults().deliveryMax());

  /** What is promised of the next good event. */
  private static final Duration READABLE_WITHIN = Duration.ofSeconds(1);

  /** Above what any bound waits for. */
  private static final Duration SESSION_END_MAX = Duration.ofSeconds(20);

  private static final Logger SESSIONS =
      (Logger) LoggerFactory.getLogger("io.skywire.ingester.relay.RelaySession");

  /** How each session has ended: a warning is no more than one a reason. */
  private static final ListAppender<ILoggingEvent> ENDS = new ListAppender<>();

  private static PoisonedPipeline poisoned;

  @BeforeAll
  static void start() throws Exception {
    poisoned = new PoisonedPipeline(PATIENCE);
    poisoned.sendGood("the start");
    // After the processes, which set up this JVM's logging.
    SESSIONS.setLevel(Level.DEBUG);
    SESSIONS.setAdditive(false);
    ENDS.start();
    SESSIONS.addAppender(ENDS);
  }

  @AfterAll
  static void stop() throws IOException {
    SESSIONS.detachAppender(ENDS);
    SESSIONS.setAdditive(true);
    SESSIONS.setLevel(null);
    poisoned.close();
  }

  @BeforeEach
  void forgetLetters() {
    poisoned.letters().next();
  }

  @AfterEach
  void everyEventIsReadableOnceAndInOrder() throws Exception {
    poisoned.sendGood("the test");
    assertThat(poisoned.readableEvents()).isEqualTo(poisoned.expectedEvents());
  }

  static List<Poison> poisons() {
    return Poisons.all();
  }

  @ParameterizedTest
  @MethodSource("poisons")
  void comesToWhatTheTableSays(Poison poison) throws Exception {
    PoisonedPipeline.assertReadableWithin(READABLE_WITHIN, () -> comesTo(poison));
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
      case Expected.Stored(List<?> records) -> {
        JsonNode ops = event(seq).at("/record/ops");
        assertThat(OpHead.ofEvent(ops)).isEqualTo(OpHead.ofFrame(frame));
        assertThat(ops.valueStream().map(op -> op.path("record")).toList())
            .isEqualTo(records.stream().map(PoisonTest::asRead).toList());
        assertThat(ops.valueStream()).noneMatch(op -> op.has("error"));
        assertThat(poisoned.letters().next()).isEmpty();
      }
      case Expected.Marked(String error, @Nullable Object record) -> {
        JsonNode ops = event(seq).at("/record/ops");
        assertThat(OpHead.ofEvent(ops)).isEqualTo(OpHead.ofFrame(frame)).hasSize(3);
        assertThat(ops.path(0).path("record")).isEqualTo(asRead(Poisons.BEFORE));
        assertThat(ops.path(0).has("error")).isFalse();
        assertThat(ops.path(1).get("record")).isEqualTo(record == null ? null : asRead(record));
        assertThat(ops.path(1).path("error").asString()).contains(error);
        assertThat(ops.path(2).path("record")).isEqualTo(asRead(Poisons.AFTER));
        assertThat(ops.path(2).has("error")).isFalse();
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
    PoisonedPipeline.assertReadableWithin(
        READABLE_WITHIN,
        () -> {
          poisoned.relay().doOnce(client -> client.send(FakeRelay.TEXT, text));
          Duration took = poisoned.timeToGood("a text message");
          assertThatTheFrameIsALetter(null, text, "malformed");
          return took;
        });
  }

  @Test
  void aSeqThatComesAgainIsNotPublishedAgain() throws Exception {
    PoisonedPipeline.assertReadableWithin(READABLE_WITHIN, PoisonTest::repeats);
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
    PoisonedPipeline.assertReadableWithin(
        READABLE_WITHIN,
        () -> {
          poisoned.relay().doOnce(PoisonTest::sendPings);
          return poisoned.timeToGood("20,000 pings");
        });
  }

  /** Of an event that is not known to be published, and that no relay would send again. */
  @Test
  void whatComesLateIsADeadLetterAndTheNextSessionGoesOn() throws Exception {
    long skipped = poisoned.nextSeq();
    poisoned.sendGood("a seq that is left out");
    byte[] late = PoisonedPipeline.good(skipped);
    int clients = poisoned.relay().clients();
    poisoned.relay().doOnce(client -> client.send(FakeRelay.BINARY, late));
    poisoned.relay().awaitClient(clients + 1, SESSION_END_MAX);
    poisoned.sendGood("a seq that comes late");
    assertThat(poisoned.get("/api/events/" + skipped).statusCode()).isEqualTo(404);
    assertThatTheFrameIsALetter(skipped, late, "seq_went_back");
  }

  /**
   * @param refused clients that are, before one is served again
   */
  record Trouble(String name, int refused, PoisonRelay.Deed deed) {
    Trouble(String name, PoisonRelay.Deed deed) {
      this(name, 0, deed);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Trouble> troubles() {
    return List.of(
        new Trouble(
            "a seq that goes back",
            client -> client.send(FakeRelay.BINARY, PoisonedPipeline.good(1))),
        new Trouble(
            "a masked frame",
            client -> client.write(new byte[] {(byte) 0x82, (byte) 0x81, 0, 0, 0, 0, 1})),
        new Trouble("reserved bits", client -> client.write(new byte[] {(byte) 0xf2, 1, 0})),
        new Trouble("an unknown opcode", client -> client.send(3, new byte[1])),
        new Trouble("a frame that says it is endless", PoisonTest::sendEndlessFrame),
        new Trouble(
            "half a frame, and gone",
            client -> {
              client.write(FakeRelay.header(FakeRelay.FIN | FakeRelay.BINARY, 1000));
              client.write(new byte[10]);
              client.hangUp();
            }),
        new Trouble(
            "ConsumerTooSlow",
            client -> client.send(FakeRelay.BINARY, FrameBytes.error("ConsumerTooSlow"))),
        new Trouble("goodbye", client -> client.send(FakeRelay.CLOSE, new byte[0])),
        refusal("HTML where a relay was", html("502 Bad Gateway")),
        refusal("a page that says all is well", html("200 OK")),
        refusal("a page that is not there", html("404 Not Found")),
        refusal("no HTTP at all", "SSH-2.0-relay\r\n"));
  }

  /** It hangs up, and gives this to whoever comes next. */
  private static Trouble refusal(String name, String answer) {
    return new Trouble(
        name,
        1,
        client -> {
          poisoned.relay().refuseOnce(next -> next.write(answer));
          client.hangUp();
        });
  }

  private static String html(String status) {
    return "HTTP/1.1 " + status + "\r\nContent-Type: text/html\r\n\r\n<html>";
  }

  @ParameterizedTest
  @MethodSource("troubles")
  void aSessionThatCannotBeTrustedEndsAndTheNextGoesOn(Trouble trouble) throws Exception {
    PoisonedPipeline.assertReadableWithin(READABLE_WITHIN, () -> endsTheSession(trouble));
    assertThat(poisoned.letters().next()).isEmpty();
  }

  /** The pause before another is begun is {@code Backoff}'s. */
  private static Duration endsTheSession(Trouble trouble) throws Exception {
    int clients = poisoned.relay().clients();
    double disconnects = poisoned.pipeline().ingesterCount("skywire.ingester.disconnects");
    poisoned.relay().doOnce(trouble.deed());
    poisoned.relay().awaitClient(clients + trouble.refused() + 1, SESSION_END_MAX);
    Duration took = poisoned.timeToGood(trouble.name());
    assertThat(poisoned.pipeline().ingesterCount("skywire.ingester.disconnects"))
        .isGreaterThan(disconnects);
    return took;
  }

  /**
   * @param bound which one of the ingester's ends the session, as its log has it
   */
  record Endless(String name, PoisonRelay.Deed deed, String bound) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Endless> endless() {
    String silence = SILENCE_MAX.toSeconds() + " s";
    return List.of(
        new Endless(
            "a peer that is gone without a word",
            poisoned.relay().vanishing(),
            " silent for " + silence + ", ping unanswered"),
        new Endless(
            "a frame that trickles for ever",
            PoisonTest::trickle,
            " sent an endless frame: not whole in " + silence),
        new Endless(
            "fragments without a last one",
            PoisonTest::sendFragments,
            " sent an endless frame: more than " + 16 * FRAME_BYTES_MAX + " bytes"),
        new Endless(
            "a frame of 2^62 bytes",
            client -> client.write(FakeRelay.header(FakeRelay.FIN | FakeRelay.BINARY, 1L << 62)),
            " sent an endless frame: more than " + 16 * FRAME_BYTES_MAX + " bytes"));
  }

  /** Nobody hangs up: {@code silenceMax} and the largest frame are all that helps. */
  @ParameterizedTest
  @MethodSource("endless")
  void whatHasNoEndIsEndedByABoundAndTheNextSessionGoesOn(Endless endless) throws Exception {
    PoisonedPipeline.assertReadableWithin(READABLE_WITHIN, () -> isEnded(endless));
    assertThat(poisoned.letters().next()).isEmpty();
  }

  private static Duration isEnded(Endless endless) throws Exception {
    int clients = poisoned.relay().clients();
    int ends = ENDS.list.size();
    poisoned.relay().doOnce(endless.deed());
    poisoned.relay().awaitClient(clients + 1, SESSION_END_MAX);
    Duration took = poisoned.timeToGood(endless.name());
    assertThat(List.copyOf(ENDS.list).stream().skip(ends).map(ILoggingEvent::getFormattedMessage))
        .anyMatch(line -> line.contains(endless.bound()));
    return took;
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

  private static void sendEndlessFrame(FakeRelay.Peer client) throws IOException {
    client.write(FakeRelay.header(FakeRelay.FIN | FakeRelay.BINARY, Long.MAX_VALUE));
    client.write(new byte[1024]);
  }

  /** Not silent, and never whole. */
  private static void trickle(FakeRelay.Peer client) throws Exception {
    client.write(FakeRelay.header(FakeRelay.FIN | FakeRelay.BINARY, FRAME_BYTES_MAX));
    while (true) {
      client.write(new byte[1]);
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private static void sendFragments(FakeRelay.Peer client) throws IOException {
    byte[] fragment = new byte[1 << 20];
    client.write(FakeRelay.frame(FakeRelay.BINARY, fragment));
    while (true) {
      client.write(FakeRelay.frame(FakeRelay.CONTINUATION, fragment));
    }
  }

  private static void assertThatTheFrameIsALetter(@Nullable Long seq, byte[] frame, String reason) {
    List<ConsumerRecord<byte[], byte[]>> letters = poisoned.letters().next();
    assertThat(letters).hasSize(1);
    ConsumerRecord<byte[], byte[]> letter = letters.getFirst();
    assertThat(letter.value())
        .isEqualTo(Arrays.copyOf(frame, Math.min(frame.length, FRAME_BYTES_MAX)));
    assertThat(LettersInTopic.header(letter, "reason")).isEqualTo(reason);
    assertThat(LettersInTopic.header(letter, "stage")).isEqualTo("decode");
    assertThat(LettersInTopic.header(letter, "relay")).startsWith("127.0.0.1:");
    assertThat(LettersInTopic.header(letter, "detail")).isNotBlank().matches("[ -~]{1,300}");
    if (seq == null) {
      assertThat(letter.key()).isNull();
    } else {
      assertThat(ByteBuffer.wrap(letter.key()).getLong()).isEqualTo(seq);
    }
  }

  private static JsonNode event(long seq) throws InterruptedException {
    return PoisonedPipeline.JSON.readTree(poisoned.get("/api/events/" + seq).body());
  }

  /** As a reader sees the value: what Jackson makes of it. */
  private static JsonNode asRead(Object record) {
    return PoisonedPipeline.JSON.readTree(PoisonedPipeline.JSON.writeValueAsBytes(record));
  }
}
