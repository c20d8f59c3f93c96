package io.skywire.ingester.relay;

import static io.skywire.ingester.relay.Sessions.LIMITS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.channel.ConnectTimeoutException;
import io.skywire.embedded.relay.FakeRelay;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakDetection.class)
@Timeout(60)
class HandshakeTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-07-04T14:38:08.250Z"));

  @Test
  void asksForTheCursorUnderThePrefix() throws Exception {
    assertThat(requestOf("/some/prefix/", 31527015322L))
        .startsWith(
            "GET /some/prefix/xrpc/com.atproto.sync.subscribeRepos?cursor=31527015322 HTTP/1.1");
  }

  @Test
  void asksWithoutCursorForTheLiveTail() throws Exception {
    assertThat(requestOf("", null))
        .startsWith("GET /xrpc/com.atproto.sync.subscribeRepos HTTP/1.1\r\n");
  }

  @Test
  void namesItselfAndOffersNoCompression() throws Exception {
    assertThat(requestOf("/", 0L))
        .startsWith("GET /xrpc/com.atproto.sync.subscribeRepos?cursor=0 HTTP/1.1\r\n")
        .containsIgnoringCase("\r\nuser-agent: skywire/dev\r\n")
        .containsIgnoringCase("\r\nsec-websocket-version: 13\r\n")
        .doesNotContainIgnoringCase("sec-websocket-extensions");
  }

  private static String requestOf(String path, @Nullable Long cursor) throws Exception {
    CompletableFuture<String> request = new CompletableFuture<>();
    try (FakeRelay relay = new FakeRelay(client -> request.complete(client.accept()));
        RelayConnection frames =
            RelayConnection.open(URI.create(relay.uri() + path), cursor, LIMITS, CLOCK)) {
      assertThat(frames.lastFrameAt()).isNull();
      return request.get(10, TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "408, Request Timeout",
    "429, Too Many Requests",
    "500, Internal Server Error",
    "502, Bad Gateway",
    "503, Service Unavailable",
    "504, Gateway Timeout"
  })
  void saysWhatTheRelayAnswered(int status, String reason) throws Exception {
    String answer = head("HTTP/1.1 " + status + " \u001b[31mhostile", "Content-Length: 0");
    RelayDisconnectedException refusal = refusalOf(answer);
    assertThat(refusal)
        .hasMessageMatching("relay ws://127.0.0.1:\\d+ answered " + status + " " + reason);
    assertThat(refusal.retryAfter()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {405, 426, 404, 200, 499, 501})
  void saysWhatWillHardlyMendItselfAndLeavesThePauseToTheBackoff(int status) throws Exception {
    RelayDisconnectedException refusal =
        refusalOf(head("HTTP/1.1 " + status + " X", "Content-Length: 0"));
    assertThat(refusal)
        .hasMessageContaining(" answered " + status + " ")
        .hasMessageEndingWith("; that will hardly mend itself: is RELAY_URL a relay or PDS?");
    assertThat(refusal.retryAfter()).isEmpty();
  }

  @Test
  void aRelayThatNamesATimeIsTakenAtItsWord() throws Exception {
    assertThat(refusalOf(head("HTTP/1.1 501 X", "Retry-After: 7")).retryAfter())
        .contains(Duration.ofSeconds(7));
  }

  @Test
  void refusesWithoutReadingAnEndlessPage() throws Exception {
    try (FakeRelay relay =
        new FakeRelay(client -> {
          client.readRequest();
          client.write(
              head("HTTP/1.1 429 Too Many Requests", "Retry-After: 17", "Content-Type: text/html"));
          while (true) {
            client.write("<html>".repeat(1_000));
          }
        })) {
      RelayDisconnectedException refusal = refusalOf(relay.uri());
      assertThat(refusal)
          .hasMessage("relay " + relay.uri() + " answered 429 Too Many Requests, retry after 17 s");
      assertThat(refusal.retryAfter()).contains(Duration.ofSeconds(17));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, PT0S",
    "' 120 ', PT2M",
    "999999999, PT277777H46M39S",
    "1000000000, PT596523H14M7S",
    "99999999999999999999, PT596523H14M7S",
    "'Sat, 04 Jul 2026 14:39:08 GMT', PT59.75S",
    "'Sat, 04 Jul 2026 14:00:00 GMT', PT0S",
    "-1,",
    "soon,",
    "'Sat, 99 Jul 2026 14:00:00 GMT',",
    "'',"
  })
  void readsRetryAfterAsSecondsOrDate(String value, @Nullable Duration expected) {
    assertThat(HandshakeRefusal.retryAfter(value, CLOCK.instant())).isEqualTo(expected);
  }

  @Test
  void doesNotFollowARedirectButSaysWhereItPoints() throws Exception {
    RelayDisconnectedException refusal =
        refusalOf(
            "HTTP/1.1 302 Found\r\nLocation: wss://other.example/x"
                + "y".repeat(500)
                + "\r\nContent-Length: 0\r\n\r\n");
    assertThat(refusal)
        .hasMessageContaining(" answered 302 Found, pointing to wss://other.example/xyyy")
        .hasMessageContaining("...; not followed");
    assertThat(refusal.getMessage()).hasSizeLessThan(320);
  }

  @ParameterizedTest
  @CsvSource({"299, false", "300, true", "399, true", "400, false"})
  void onlyARedirectPointsElsewhere(int status, boolean points) throws Exception {
    RelayDisconnectedException refusal =
        refusalOf(head("HTTP/1.1 " + status + " X", "Location: wss://other.example"));
    assertThat(String.valueOf(refusal.getMessage()).contains("pointing to")).isEqualTo(points);
  }

  @Test
  void refusesAWrongAcceptKey() throws Exception {
    assertThat(
            refusalOf(
                head(
                    "HTTP/1.1 101 X",
                    "Upgrade: websocket",
                    "Connection: Upgrade",
                    "Sec-WebSocket-Accept: AAAA")))
        .hasMessageContaining("Invalid challenge");
  }

  @Test
  void refusesWhatIsNotHttp() throws Exception {
    assertThat(refusalOf("SSH-2.0-OpenSSH_9.2\r\n\r\n"))
        .hasMessageEndingWith(" answered, but not in HTTP");
  }

  @Test
  void refusesEndlessHeaders() throws Exception {
    assertThat(refusalOf("HTTP/1.1 101 X\r\n" + "X: yyyyyyyyyyyyyyyyyyy\r\n".repeat(10_000)))
        .hasMessageEndingWith(" answered, but not in HTTP");
  }

  @Test
  void saysThatTheRelayHungUp() throws Exception {
    assertThat(refusalOf("")).hasMessageEndingWith(" dropped the connection during the handshake");
  }

  @Test
  void givesUpOnARelayThatDoesNotAnswer() throws Exception {
    CompletableFuture<Void> over = new CompletableFuture<>();
    try (FakeRelay relay = new FakeRelay(client -> over.get(20, TimeUnit.SECONDS))) {
      RelayLimits hurried =
          new RelayLimits(
              1, 1, 1, Duration.ofMillis(300), LIMITS.pingInterval(), Sessions.LONG, Sessions.LONG);
      assertThatThrownBy(() -> open(relay.uri(), hurried))
          .isInstanceOf(RelayDisconnectedException.class)
          .hasMessage("relay " + relay.uri() + ": no WebSocket handshake within 300 ms");
      over.complete(null);
    }
  }

  @Test
  void saysThatTheConnectionWasRefused() throws Exception {
    int free;
    try (ServerSocket taken = new ServerSocket(0)) {
      free = taken.getLocalPort();
    }
    // User and password are not repeated.
    assertThat(refusalOf(URI.create("ws://me:secret@127.0.0.1:" + free)))
        .hasMessage("relay ws://127.0.0.1:" + free + ": connection refused");
  }

  @Test
  void saysThatTheHostIsUnknown() {
    assertThat(
            HandshakeRefusal.ofFailure(
                "relay wss://no.example", new IOException(new UnknownHostException("no.example"))))
        .hasMessage("relay wss://no.example: unknown host");
  }

  @Test
  void saysInWordsWhatKeptItFromConnecting() {
    assertThat(wordsOf(new ConnectTimeoutException("x"))).isEqualTo("no TCP connection in time");
    assertThat(wordsOf(new NoRouteToHostException("x"))).isEqualTo("no route to host");
    assertThat(wordsOf(new ConnectException("Connection refused: /::1")))
        .isEqualTo("connection refused");
    assertThat(wordsOf(new ConnectException("Network is unreachable")))
        .isEqualTo("Network is unreachable");
    assertThat(wordsOf(new SSLException("no cipher"))).isEqualTo("TLS failed: no cipher");
    assertThat(wordsOf(new CertificateException("expired"))).isEqualTo("TLS failed: expired");
    assertThat(wordsOf(new IOException("reset\u001b"))).isEqualTo("reset?");
  }

  @Test
  void looksForTheReasonOnlySoDeep() {
    Throwable loop = new IOException("outer");
    loop.initCause(new IOException("inner", loop));
    assertThat(wordsOf(loop)).as("eight levels down").isEqualTo("outer");
  }

  private static String wordsOf(Throwable failure) {
    String message =
        String.valueOf(HandshakeRefusal.ofFailure("relay ws://r", failure).getMessage());
    assertThat(message).startsWith("relay ws://r: ");
    return message.substring("relay ws://r: ".length());
  }

  @Test
  void quotesNoMoreThanTheLongestCloseReason() {
    assertThat(HandshakeRefusal.quoted("y".repeat(123))).isEqualTo("y".repeat(123));
    assertThat(HandshakeRefusal.quoted("y".repeat(124))).isEqualTo("y".repeat(123) + "...");
    assertThat(HandshakeRefusal.quoted("\u001f ~\u007f")).isEqualTo("? ~?");
  }

  @Test
  void leavesNoThreadBehindWhenRefused() throws Exception {
    assertThat(refusalOf("HTTP/1.1 503 X\r\n\r\n")).isNotNull();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("relay-127.0.0.1")) {
        assertThat(thread.join(Duration.ofSeconds(5))).isTrue();
      }
    }
  }

  private static RelayDisconnectedException refusalOf(String answer) throws Exception {
    try (FakeRelay relay =
        new FakeRelay(client -> {
          client.readRequest();
          client.write(answer);
        })) {
      return refusalOf(relay.uri());
    }
  }

  private static RelayDisconnectedException refusalOf(URI relay) {
    return catchThrowableOfType(RelayDisconnectedException.class, () -> open(relay, LIMITS));
  }

  private static String head(String... lines) {
    return String.join("\r\n", lines) + "\r\n\r\n";
  }

  private static void open(URI relay, RelayLimits limits) throws Exception {
    RelayConnection.open(relay, null, limits, CLOCK).close();
  }
}
