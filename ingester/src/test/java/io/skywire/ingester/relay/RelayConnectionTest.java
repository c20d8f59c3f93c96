package io.skywire.ingester.relay;

import static io.skywire.embedded.relay.FakeRelay.BINARY;
import static io.skywire.embedded.relay.FakeRelay.CLOSE;
import static io.skywire.embedded.relay.FakeRelay.CONTINUATION;
import static io.skywire.embedded.relay.FakeRelay.FIN;
import static io.skywire.embedded.relay.FakeRelay.PING;
import static io.skywire.embedded.relay.FakeRelay.PONG;
import static io.skywire.embedded.relay.FakeRelay.TEXT;
import static io.skywire.embedded.relay.FakeRelay.frame;
import static io.skywire.embedded.relay.FakeRelay.header;
import static io.skywire.embedded.relay.FakeRelay.numbered;
import static io.skywire.ingester.relay.Sessions.LIMITS;
import static io.skywire.ingester.relay.Sessions.LONG;
import static io.skywire.ingester.relay.Sessions.open;
import static io.skywire.ingester.relay.Sessions.silence;
import static io.skywire.ingester.relay.Sessions.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.embedded.relay.FakeRelay;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakDetection.class)
@Timeout(60)
class RelayConnectionTest {
  @Test
  void deliversFramesInOrderAlsoTheOneBehindTheHandshake() throws Exception {
    try (FakeRelay relay =
            new FakeRelay(client -> {
              byte[] first = frame(FIN | BINARY, numbered(0, 10));
              byte[] answer =
                  FakeRelay.Peer.acceptance(client.readRequest())
                      .getBytes(StandardCharsets.US_ASCII);
              client.write(
                  ByteBuffer.allocate(answer.length + first.length).put(answer).put(first).array());
              client.send(BINARY, numbered(1, 900));
              client.send(BINARY, numbered(2, 4));
              client.receiveAll();
            });
        RelayConnection frames = open(relay, LIMITS)) {
      assertThat(take(frames, 3))
          .containsExactly(numbered(0, 10), numbered(1, 900), numbered(2, 4));
      assertThat(frames.lastFrameAt()).isBetween(Instant.now().minusSeconds(60), Instant.now());
    }
  }

  @Test
  void takesNothingWhenNothingCame() throws Exception {
    try (FakeRelay relay = new FakeRelay(FakeRelay.Peer::acceptAndReadAll);
        RelayConnection frames = open(relay, LIMITS)) {
      assertThat(frames.take(10, 10, Duration.ofMillis(1))).isEmpty();
      assertThat(frames.lastFrameAt()).isNull();
    }
  }

  @Test
  @SuppressWarnings("try") // it is closed early
  void saysHowMuchWaitsUntilClosingDropsIt() throws Exception {
    try (FakeRelay relay =
            new FakeRelay(client -> {
              client.accept();
              client.send(BINARY, numbered(0, 10));
              client.send(BINARY, numbered(1, 900));
              client.receiveAll();
            });
        RelayConnection frames = open(relay, LIMITS)) {
      while (frames.waiting() < 2) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      assertThat(frames.waitingBytes()).isEqualTo(910);
      assertThat(frames.fullFor()).isZero();
      frames.close();
      assertThat(frames.waiting()).isZero();
      assertThat(frames.waitingBytes()).isZero();
    }
  }

  @Test
  void joinsFragmentsAroundAPing() throws Exception {
    try (FakeRelay relay =
            new FakeRelay(client -> {
              client.accept();
              client.write(frame(BINARY, new byte[] {1, 2}));
              client.write(frame(CONTINUATION, new byte[0]));
              client.send(PING, new byte[] {9});
              client.write(frame(CONTINUATION, new byte[] {3}));
              client.write(frame(FIN | CONTINUATION, new byte[] {4, 5}));
              client.receiveAll();
            });
        RelayConnection frames = open(relay, LIMITS)) {
      assertThat(take(frames, 1)).containsExactly(new byte[] {1, 2, 3, 4, 5});
    }
  }

  @Test
  void cutsAnOversizedFrameAndGoesOn() throws Exception {
    byte[] large = new byte[LIMITS.frameBytesMax() * 5];
    new Random(1).nextBytes(large);
    byte[] cut = Arrays.copyOf(large, LIMITS.frameBytesMax());
    try (FakeRelay relay =
            new FakeRelay(client -> {
              client.accept();
              client.send(BINARY, large);
              client.send(BINARY, numbered(7, 8));
              client.write(frame(BINARY, Arrays.copyOf(large, 600)));
              client.write(frame(FIN | CONTINUATION, Arrays.copyOfRange(large, 600, large.length)));
              client.send(BINARY, numbered(8, 8));
              client.receiveAll();
            });
        RelayConnection frames = open(relay, LIMITS)) {
      assertThat(take(frames, 4)).containsExactly(cut, numbered(7, 8), cut, numbered(8, 8));
    }
  }

  @Test
  void endsTheSessionOnAFrameTooLongToSkip() throws Exception {
    try (FakeRelay relay =
            new FakeRelay(client -> {
              client.accept();
              client.send(BINARY, numbered(1, 8));
              client.write(header(FIN | BINARY, LIMITS.endlessBytes() + 1));
              client.receiveAll();
            });
        RelayConnection frames = open(relay, LIMITS)) {
      assertThat(take(frames, 1)).containsExactly(numbered(1, 8));
      assertThatThrownBy(() -> frames.take(1, 1, LONG))
          .isInstanceOf(RelayDisconnectedException.class)
          .hasMessage("relay " + relay.uri() + " sent an endless frame: more than 16000 bytes");
    }
  }

  @Test
  void endsTheSessionOnAFrameThatTrickles() throws Exception {
    try (FakeRelay relay =
            new FakeRelay(client -> {
              client.accept();
              client.write(header(FIN | BINARY, 900));
              while (client.receive().opcode() == PING) {
                client.write(new byte[] {1});
              }
            });
        RelayConnection frames =
            open(relay, silence(Duration.ofMillis(40), Duration.ofMillis(400)))) {
      assertThatThrownBy(() -> frames.take(1, 1, LONG))
          .hasMessage("relay " + relay.uri() + " sent an endless frame: not whole in 400 ms");
    }
  }

  @Test
  void aFrameMayTakeItsTimeToArriveWhole() throws Exception {
    try (FakeRelay relay =
            new FakeRelay(client -> {
              client.accept();
              client.write(header(FIN | BINARY, 2));
              for (int i = 0; i < 3; i++) {
                assertThat(client.receive().opcode()).isEqualTo(PING);
              }
              client.write(new byte[] {1, 2});
              client.receiveAll();
            });
        RelayConnection frames = open(relay, silence(Duration.ofMillis(40), LONG))) {
      assertThat(take(frames, 1)).containsExactly(new byte[] {1, 2});
    }
  }

  @Test
  void pingsNoMoreOftenThanItShould() throws Exception {
    Duration interval = Duration.ofMillis(200);
    try (FakeRelay relay =
            new FakeRelay(client -> {
              long begun = System.nanoTime();
              client.accept();
              for (int i = 0; i < 4; i++) {
                assertThat(client.receive().opcode()).isEqualTo(PING);
              }
              assertThat(System.nanoTime() - begun)
                  .isGreaterThanOrEqualTo(interval.multipliedBy(4).toNanos());
            });
        RelayConnection frames = open(relay, silence(interval, LONG))) {
      relay.awaitScript();
      assertThat(frames.waiting()).isZero();
    }
  }

  @Test
  void deliversTextAsItsBytes() throws Exception {
    byte[] notUtf8 = {'a', (byte) 0xff, 0};
    try (FakeRelay relay =
            new FakeRelay(client -> {
              client.accept();
              client.send(TEXT, notUtf8);
              client.receiveAll();
            });
        RelayConnection frames = open(relay, LIMITS)) {
      assertThat(take(frames, 1)).containsExactly(notUtf8);
    }
  }

  @Test
  void answersAPingWithItsPayload() throws Exception {
    try (FakeRelay relay =
            new FakeRelay(client -> {
              client.accept();
              client.send(PING, new byte[] {4, 2});
              FakeRelay.Message answer = client.receive();
              assertThat(answer.opcode()).isEqualTo(PONG);
              assertThat(answer.payload()).isEqualTo(ByteBuffer.wrap(new byte[] {4, 2}));
            });
        RelayConnection frames = open(relay, LIMITS)) {
      relay.awaitScript();
      assertThat(frames.lastFrameAt()).isNull();
    }
  }

  @Test
  void endsAHalfOpenSession() throws Exception {
    CompletableFuture<Void> over = new CompletableFuture<>();
    try (FakeRelay relay =
            new FakeRelay(client -> {
              client.accept();
              over.get(20, TimeUnit.SECONDS);
            });
        RelayConnection frames =
            open(relay, silence(Duration.ofMillis(50), Duration.ofMillis(300)))) {
      assertThatThrownBy(() -> frames.take(1, 1, LONG))
          .isInstanceOf(RelayDisconnectedException.class)
          .hasMessage("relay " + relay.uri() + " silent for 300 ms, ping unanswered");
      over.complete(null);
    }
  }

  @Test
  void countsAnAnsweredPingAsLife() throws Exception {
    try (FakeRelay relay =
            new FakeRelay(client -> {
              client.accept();
              // Four times as long as the silence that would end the session.
              for (int i = 0; i < 40; i++) {
                assertThat(client.receive().opcode()).isEqualTo(PING);
                client.send(PONG, new byte[0]);
              }
              client.send(BINARY, numbered(1, 4));
              client.receiveAll();
            });
        RelayConnection frames =
            open(relay, silence(Duration.ofMillis(60), Duration.ofMillis(600)))) {
      assertThat(take(frames, 1)).containsExactly(numbered(1, 4));
    }
  }

  @Test
  void saysWithWhichCodeTheRelayClosedAfterDeliveringWhatCame() throws Exception {
    byte[] close = "..too\u001b[31m \u202eslow\n".getBytes(StandardCharsets.UTF_8);
    ByteBuffer.wrap(close).putShort((short) 1008);
    try (FakeRelay relay =
            new FakeRelay(client -> {
              client.accept();
              client.send(BINARY, numbered(1, 4));
              client.send(BINARY, numbered(2, 4));
              client.send(CLOSE, close);
              assertThat(client.receive().opcode()).isEqualTo(CLOSE);
            });
        RelayConnection frames = open(relay, LIMITS)) {
      relay.awaitScript();
      assertThat(take(frames, 2)).containsExactly(numbered(1, 4), numbered(2, 4));
      assertThatThrownBy(() -> frames.take(1, 1, LONG))
          .isInstanceOf(RelayDisconnectedException.class)
          .hasMessage(
              "relay " + relay.uri() + " closed the session with code 1008: too?[31m ?slow?");
    }
  }

  @Test
  void saysThatTheRelayDroppedTheConnection() throws Exception {
    try (FakeRelay relay = new FakeRelay(FakeRelay.Peer::accept);
        RelayConnection frames = open(relay, LIMITS)) {
      assertThatThrownBy(() -> frames.take(1, 1, LONG))
          .isInstanceOf(RelayDisconnectedException.class)
          .hasMessage("relay " + relay.uri() + " dropped the connection");
    }
  }

  @Test
  void endsTheSessionOnWhatIsNotWebSocket() throws Exception {
    try (FakeRelay relay =
            new FakeRelay(client -> {
              client.accept();
              client.write(new byte[] {(byte) 0xf2, 0, 0, 0});
              client.receiveAll();
            });
        RelayConnection frames = open(relay, LIMITS)) {
      assertThatThrownBy(() -> frames.take(1, 1, LONG))
          .hasMessage("relay " + relay.uri() + " sent a WebSocket frame with reserved bits set");
    }
  }

  @Test
  void closingSaysGoodbyeEndsTheThreadAndWakesTheTaker() throws Exception {
    try (FakeRelay relay =
        new FakeRelay(client -> {
          client.accept();
          assertThat(client.receive().opcode()).isEqualTo(CLOSE);
        })) {
      RelayConnection frames = open(relay, LIMITS);
      Thread thread = relayThread();
      FutureTask<List<byte[]>> taking = new FutureTask<>(() -> frames.take(1, 1, LONG));
      Thread.ofVirtual().start(taking);

      frames.close();
      frames.close();

      assertThat(thread.join(Duration.ofSeconds(5))).isTrue();
      assertThatThrownBy(() -> taking.get(5, TimeUnit.SECONDS))
          .hasCauseInstanceOf(RelayDisconnectedException.class)
          .hasMessageEndingWith("closed by us");
      relay.awaitScript();
    }
  }

  private static Thread relayThread() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("relay-127.0.0.1"))
        .filter(Thread::isAlive)
        .findFirst()
        .orElseThrow();
  }
}
