package io.skywire.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.skywire.embedded.relay.FakeRelay;
import io.skywire.embedded.relay.FrameBytes;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/**
 * What no session with a relay can go on after, through the whole pipeline: it ends, by a bound
 * where nothing else ends it, and the next session's first good event is soon readable.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class PoisonedSessionsTest extends PoisonSetUp {
  /** Above what any bound waits for. */
  private static final Duration SESSION_END_MAX = Duration.ofSeconds(20);

  private static final Logger SESSIONS =
      (Logger) LoggerFactory.getLogger("io.skywire.ingester.relay.RelaySession");

  /** How each session has ended: a warning is no more than one a reason. */
  private static final ListAppender<ILoggingEvent> ENDS = new ListAppender<>();

  @BeforeAll
  static void listen() {
    // After the processes, which set up this JVM's logging.
    SESSIONS.setLevel(Level.DEBUG);
    SESSIONS.setAdditive(false);
    ENDS.start();
    SESSIONS.addAppender(ENDS);
  }

  @AfterAll
  static void listenNoMore() {
    SESSIONS.detachAppender(ENDS);
    SESSIONS.setAdditive(true);
    SESSIONS.setLevel(null);
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
        new Trouble("a frame that says it is endless", PoisonedSessionsTest::sendEndlessFrame),
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
    poisoned.assertReadableWithin(READABLE_WITHIN, () -> endsTheSession(trouble));
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
            PoisonedSessionsTest::trickle,
            " sent an endless frame: not whole in " + silence),
        new Endless(
            "fragments without a last one",
            PoisonedSessionsTest::sendFragments,
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
    poisoned.assertReadableWithin(READABLE_WITHIN, () -> isEnded(endless));
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
}
