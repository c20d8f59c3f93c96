package io.skywire.embedded.simulator;

import static io.skywire.embedded.simulator.EmittedFrames.SETTINGS;
import static io.skywire.embedded.simulator.EmittedFrames.awaitEmitted;
import static io.skywire.embedded.simulator.EmittedFrames.generated;
import static io.skywire.embedded.simulator.EmittedFrames.seq;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Socket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the simulator does wrong when it is asked to, as relays do by themselves. */
@Timeout(60)
class RelayFaultsTest {
  private static final String HANDSHAKE =
      """
      GET /xrpc/com.atproto.sync.subscribeRepos HTTP/1.1
      Host: localhost
      Connection: Upgrade
      Upgrade: websocket
      Sec-WebSocket-Version: 13
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

      """
          .replace("\n", "\r\n");

  @TempDir Path folder;

  @Test
  void whatIsSkippedIsInTheLedgerAndSentToNobody() throws InterruptedException {
    SimulatorSettings kept = SETTINGS.withFolder(folder);
    List<byte[]> made = generated(1_300);
    try (RelaySimulator relay = RelaySimulator.start(kept.withLimit(100));
        Subscriber live = Subscriber.connect(relay, "?cursor=0")) {
      live.take(100);
      relay.skip(1_000);
      relay.limit(1_200);
      assertThat(live.take(100)).containsExactlyElementsOf(made.subList(1_100, 1_200));
      try (Subscriber asked = Subscriber.connect(relay, "?cursor=" + seq(made.get(99)))) {
        assertThat(asked.take(100)).containsExactlyElementsOf(made.subList(1_100, 1_200));
      }
      assertThat(relay.ledger().entries()).hasSize(1_200);
    }
    try (RelaySimulator again = RelaySimulator.start(kept.withLimit(1_300));
        Subscriber subscriber = Subscriber.connect(again, "?cursor=0")) {
      assertThat(subscriber.take(100)).containsExactlyElementsOf(made.subList(0, 100));
      assertThat(subscriber.take(200)).containsExactlyElementsOf(made.subList(1_100, 1_300));
      assertThat(again.ledger().entries()).hasSize(1_300);
    }
  }

  @Test
  void holdsBackWhatIsBehindAnEventAndNobodyIsTooSlowForIt() throws Exception {
    List<byte[]> made = generated(1_000);
    try (RelaySimulator relay =
        RelaySimulator.start(SETTINGS.withBacklogEvents(10).withLimit(100))) {
      awaitEmitted(relay, 100);
      relay.sendOnly(100);
      try (Subscriber waits = Subscriber.connect(relay, "?cursor=0")) {
        assertThat(waits.take(100)).containsExactlyElementsOf(made.subList(0, 100));
        relay.limit(1_000);
        awaitEmitted(relay, 1_000);
        waits.ping().get(10, TimeUnit.SECONDS);
        try (Subscriber late = Subscriber.connect(relay, "?cursor=" + seq(made.get(49)))) {
          assertThat(late.take(50)).containsExactlyElementsOf(made.subList(50, 100));
          late.ping().get(10, TimeUnit.SECONDS);
          assertThat(late.hasFrame()).isFalse();
        }
        assertThat(waits.hasFrame()).isFalse();

        relay.sendOnly(0);

        assertThat(waits.take(900)).containsExactlyElementsOf(made.subList(100, 1_000));
        assertThat(relay.consumersTooSlow()).isZero();
      }
    }
  }

  @Test
  void refusesTheNextConnectsAsAsked() throws InterruptedException {
    try (RelaySimulator relay = RelaySimulator.start(SETTINGS.withLimit(1))) {
      relay.refuse(1, 429, Duration.ofSeconds(7));

      assertThatThrownBy(() -> Subscriber.connect(relay, ""))
          .isInstanceOf(CompletionException.class)
          .cause()
          .isInstanceOfSatisfying(
              WebSocketHandshakeException.class,
              refused -> {
                assertThat(refused.getResponse().statusCode()).isEqualTo(429);
                assertThat(refused.getResponse().headers().firstValue("Retry-After")).hasValue("7");
              });
      try (Subscriber subscriber = Subscriber.connect(relay, "?cursor=0")) {
        subscriber.take(1);
      }
      assertThat(relay.refusals()).isEqualTo(1);
      assertThat(relay.connections()).isEqualTo(1);
    }
  }

  @Test
  void dropsConnectionsAndAcceptsThemAgain() throws InterruptedException {
    try (RelaySimulator relay = RelaySimulator.start(SETTINGS.withLimit(10))) {
      for (int connections = 1; connections <= 2; connections++) {
        try (Subscriber subscriber = Subscriber.connect(relay, "?cursor=0")) {
          subscriber.take(10);
          relay.dropConnections();
          assertThat(subscriber.takeUntilEnd()).isEmpty();
        }
        assertThat(relay.connections()).isEqualTo(connections);
      }
    }
  }

  /**
   * Over a plain socket: what is to be seen is the bytes, whatever a WebSocket client makes of
   * them.
   */
  @Test
  void dropsAConnectionInTheMiddleOfAFrame() throws Exception {
    try (RelaySimulator relay = RelaySimulator.start(SETTINGS.withLimit(0).withRate(1));
        Socket socket = new Socket(relay.uri().getHost(), relay.uri().getPort())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(HANDSHAKE.getBytes(StandardCharsets.US_ASCII));
      while (relay.openConnections() == 0) {
        Thread.onSpinWait();
      }

      relay.dropMidFrame();

      byte[] received = socket.getInputStream().readAllBytes();
      byte[] last = Arrays.copyOfRange(received, received.length - 504, received.length);
      assertThat(last).startsWith(0x82, 126, 1_000 >> 8, 1_000 & 0xff);
    }
  }

  /** Whatever came behind it would be taken for the rest of that frame. */
  @Test
  void sendsNothingBehindHalfAFrameHoweverMuchThereIsToSend() throws Exception {
    int events = 20_000;
    try (RelaySimulator relay = RelaySimulator.start(SETTINGS.withLimit(events));
        Socket socket = new Socket(relay.uri().getHost(), relay.uri().getPort())) {
      awaitEmitted(relay, events);
      socket.setSoTimeout(20_000);
      String fromTheOldest = HANDSHAKE.replaceFirst(" HTTP/1.1", "?cursor=0 HTTP/1.1");
      socket.getOutputStream().write(fromTheOldest.getBytes(StandardCharsets.US_ASCII));
      while (relay.openConnections() == 0) {
        Thread.onSpinWait();
      }
      // Time to send as much as goes into the buffers on the way, which is not all.
      TimeUnit.MILLISECONDS.sleep(300);

      CompletableFuture<Void> dropped = CompletableFuture.runAsync(relay::dropMidFrame);
      TimeUnit.MILLISECONDS.sleep(100);
      byte[] received = socket.getInputStream().readAllBytes();

      dropped.get(20, TimeUnit.SECONDS);
      byte[] last = Arrays.copyOfRange(received, received.length - 504, received.length);
      assertThat(last).startsWith(0x82, 126, 1_000 >> 8, 1_000 & 0xff);
      assertThat(Arrays.copyOfRange(last, 4, last.length)).containsOnly(0);
    }
  }

  @Test
  void playsDeadUntilResumed() throws Exception {
    try (RelaySimulator relay = RelaySimulator.start(SETTINGS.withLimit(10));
        Subscriber subscriber = Subscriber.connect(relay, "?cursor=0")) {
      subscriber.take(10);
      relay.stopSending();
      relay.limit(20);
      awaitEmitted(relay, 20);
      assertThatThrownBy(() -> subscriber.ping().get(300, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);

      relay.resume();

      assertThat(subscriber.take(10)).containsExactlyElementsOf(generated(20).subList(10, 20));
      subscriber.ping().get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void sendsAnyBytesToThoseConnected() throws InterruptedException {
    try (RelaySimulator relay = RelaySimulator.start(SETTINGS.withLimit(1));
        Subscriber subscriber = Subscriber.connect(relay, "?cursor=0")) {
      subscriber.take(1);
      relay.sendRaw(new byte[] {1, 2, 3});
      assertThat(subscriber.take(1).getFirst()).containsExactly(1, 2, 3);
    }
  }
}
