package io.skywire.ingester.relay;

import static io.skywire.embedded.relay.FakeRelay.BINARY;
import static io.skywire.embedded.relay.FakeRelay.FIN;
import static io.skywire.embedded.relay.FakeRelay.PING;
import static io.skywire.embedded.relay.FakeRelay.frame;
import static io.skywire.embedded.relay.FakeRelay.numbered;
import static io.skywire.ingester.relay.Sessions.LIMITS;
import static io.skywire.ingester.relay.Sessions.LONG;
import static io.skywire.ingester.relay.Sessions.open;
import static io.skywire.ingester.relay.Sessions.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.embedded.relay.FakeRelay;
import io.skywire.embedded.relay.FakeRelay.Flood;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakDetection.class)
@Timeout(60)
class BackpressureTest {
  private static final int FRAME_BYTES = 5_400;
  private static final int FRAMES_MAX = 500;

  /** More than any kernel keeps for one loopback connection: 216 MB. */
  private static final int ENDLESS = 40_000;

  private static RelayLimits limits(long bytesMax, Duration silenceMax, Duration fullMax) {
    return new RelayLimits(
        FRAMES_MAX, bytesMax, 10_000, LONG, Duration.ofMillis(100), silenceMax, fullMax);
  }

  @Test
  void stopsTheRelayWhenNothingIsTakenAndLosesNothing() throws Exception {
    CompletableFuture<Flood> flooded = new CompletableFuture<>();
    // Stuck for three times as long as the silence that would end the session.
    try (FakeRelay relay = flooding(flooded, Duration.ofSeconds(3));
        RelayConnection frames = open(relay, limits(Long.MAX_VALUE, Duration.ofSeconds(1), LONG))) {
      Flood flood = flooded.get(30, TimeUnit.SECONDS);
      assertThat(flood.stuck()).isTrue();
      assertThat(flood.frames()).isBetween(FRAMES_MAX, ENDLESS / 2);

      List<byte[]> taken = take(frames, flood.frames() + 1);

      for (int i = 0; i < taken.size(); i++) {
        assertThat(ByteBuffer.wrap(taken.get(i)).getInt()).isEqualTo(i);
      }
    }
  }

  @Test
  void holdsAtMostFramesMaxHoweverSmallTheFramesAre() throws Exception {
    byte[] small = new byte[50_000 * 2];
    for (int i = 0; i < small.length; i += 2) {
      small[i] = frame(FIN | BINARY, new byte[0])[0];
    }
    try (FakeRelay relay =
            new FakeRelay(client -> {
              client.accept();
              client.write(small);
              client.receiveAll();
            });
        RelayConnection frames = open(relay, limits(Long.MAX_VALUE, LONG, LONG))) {
      int taken = 0;
      while (taken < 50_000) {
        int some = frames.take(Integer.MAX_VALUE, Long.MAX_VALUE, LONG).size();
        assertThat(some).isBetween(1, FRAMES_MAX);
        taken += some;
      }
    }
  }

  @Test
  void holdsAtMostBytesMaxAndOneFrame() throws Exception {
    long bytesMax = 20L * FRAME_BYTES - 1;
    CompletableFuture<Flood> flooded = new CompletableFuture<>();
    try (FakeRelay relay = flooding(flooded, Duration.ofMillis(300));
        RelayConnection frames = open(relay, limits(bytesMax, LONG, LONG))) {
      assertThat(flooded.get(30, TimeUnit.SECONDS).stuck()).isTrue();
      assertThat(frames.take(Integer.MAX_VALUE, Long.MAX_VALUE, LONG)).hasSize(20);
    }
  }

  @Test
  void takesUpToBothLimitsAndAlwaysOne() throws Exception {
    CompletableFuture<Flood> flooded = new CompletableFuture<>();
    try (FakeRelay relay = flooding(flooded, Duration.ofMillis(300));
        RelayConnection frames = open(relay, limits(Long.MAX_VALUE, LONG, LONG))) {
      flooded.get(30, TimeUnit.SECONDS);
      assertThat(frames.take(7, Long.MAX_VALUE, LONG)).hasSize(7);
      assertThat(frames.take(100, 3L * FRAME_BYTES, LONG)).hasSize(3);
      assertThat(frames.take(100, 3L * FRAME_BYTES + 1, LONG)).hasSize(4);
      assertThat(frames.take(0, 0, LONG)).hasSize(1);
    }
  }

  @Test
  void endsOnPurposeWhenTheBufferStaysFullAndStillDeliversIt() throws Exception {
    CompletableFuture<Integer> gone = new CompletableFuture<>();
    try (FakeRelay relay =
            new FakeRelay(client -> {
              client.accept();
              client.floodUntilStuck(FRAME_BYTES, FRAMES_MAX, LONG);
              gone.complete(client.receiveAll());
            });
        RelayConnection frames =
            open(relay, limits(Long.MAX_VALUE, LONG, Duration.ofMillis(400)))) {
      gone.get(20, TimeUnit.SECONDS);

      assertThat(take(frames, FRAMES_MAX)).last().isEqualTo(numbered(FRAMES_MAX - 1, FRAME_BYTES));
      assertThatThrownBy(() -> frames.take(1, 1, LONG))
          .isInstanceOf(RelayDisconnectedException.class)
          .hasMessage(
              "relay "
                  + relay.uri()
                  + ": buffer full for 400 ms: Kafka takes events too slowly, or not at all");
    }
  }

  @Test
  void aTakerThatMakesRoomInTimeMayBeSlow() throws Exception {
    int frames = 10 * FRAMES_MAX;
    try (FakeRelay relay =
            new FakeRelay(client -> {
              client.accept();
              client.floodUntilStuck(FRAME_BYTES, frames, LONG);
              client.receiveAll();
            });
        RelayConnection connection =
            open(relay, limits(Long.MAX_VALUE, LONG, Duration.ofSeconds(2)))) {
      // Half the buffer every 250 ms, for twice as long as it may be full: the pace is the test.
      for (int i = 0; i < 16; i++) {
        assertThat(take(connection, FRAMES_MAX / 2)).hasSize(FRAMES_MAX / 2);
        new CompletableFuture<Void>().completeOnTimeout(null, 250, TimeUnit.MILLISECONDS).get();
      }
    }
  }

  @Test
  void dropsPongsThatNobodyReads() throws Exception {
    // Many more pongs than the buffers of two sockets hold.
    int pings = 250_000;
    byte[] hundred = new byte[100 * frame(FIN | PING, new byte[125]).length];
    for (int i = 0; i < 100; i++) {
      System.arraycopy(frame(FIN | PING, new byte[125]), 0, hundred, i * 127, 127);
    }
    CompletableFuture<Integer> pongs = new CompletableFuture<>();
    try (FakeRelay relay =
        new FakeRelay(client -> {
          client.accept();
          for (int i = 0; i < pings / 100; i++) {
            client.write(hundred);
          }
          client.send(BINARY, numbered(1, 4));
          pongs.complete(client.receiveAll());
        })) {
      try (RelayConnection frames = open(relay, LIMITS)) {
        assertThat(take(frames, 1)).containsExactly(numbered(1, 4));
      }
      assertThat(pongs.get(20, TimeUnit.SECONDS)).isBetween(1, pings / 2);
    }
  }

  /** Floods until it is stuck, finishes what it began when it can, and adds one frame. */
  private static FakeRelay flooding(CompletableFuture<Flood> flooded, Duration stuckFor)
      throws Exception {
    return new FakeRelay(client -> {
      client.accept();
      Flood flood = client.floodUntilStuck(FRAME_BYTES, ENDLESS, stuckFor);
      flooded.complete(flood);
      client.finish(flood);
      client.send(BINARY, numbered(flood.frames(), FRAME_BYTES));
      client.receiveAll();
    });
  }
}
