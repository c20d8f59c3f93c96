package io.skywire.embedded.simulator;

import static io.skywire.embedded.simulator.EmittedFrames.SETTINGS;
import static io.skywire.embedded.simulator.EmittedFrames.awaitEmitted;
import static io.skywire.embedded.simulator.EmittedFrames.events;
import static io.skywire.embedded.simulator.EmittedFrames.generated;
import static io.skywire.embedded.simulator.EmittedFrames.seq;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Talks to the relay through a real WebSocket. */
@Timeout(60)
class RelaySimulatorTest {
  @TempDir Path folder;

  @Test
  void cursorZeroBeginsWithTheOldestFrame() throws InterruptedException {
    try (RelaySimulator relay = RelaySimulator.start(SETTINGS.withLimit(1_000));
        Subscriber subscriber = Subscriber.connect(relay, "?cursor=0")) {
      List<byte[]> frames = subscriber.take(1_000);

      assertThat(frames).containsExactlyElementsOf(generated(1_000));
      assertThat(relay.head()).isEqualTo(seq(frames.getLast()));
      assertThat(relay.cursors()).containsExactly(OptionalLong.of(0));
      assertThat(relay.connections()).isEqualTo(1);
    }
  }

  @Test
  void cursorInTheWindowBeginsWithTheNextFrame() throws InterruptedException {
    try (RelaySimulator relay = RelaySimulator.start(SETTINGS.withLimit(1_000));
        Subscriber subscriber = Subscriber.connect(relay, "?cursor=0")) {
      List<byte[]> frames = subscriber.take(1_000);
      long cursor = seq(frames.get(599));

      try (Subscriber later = Subscriber.connect(relay, "?cursor=" + cursor)) {
        assertThat(later.take(400)).containsExactlyElementsOf(frames.subList(600, 1_000));
      }
    }
  }

  @Test
  void noCursorBeginsWithTheLiveTail() throws InterruptedException {
    try (RelaySimulator relay = RelaySimulator.start(SETTINGS.withLimit(1_000))) {
      awaitEmitted(relay, 1_000);
      try (Subscriber subscriber = Subscriber.connect(relay, "")) {
        // A pong comes after the session has found its place.
        subscriber.ping().join();
        relay.limit(1_010);

        assertThat(subscriber.take(10))
            .containsExactlyElementsOf(generated(1_010).subList(1_000, 1_010));
        assertThat(relay.cursors()).containsExactly(OptionalLong.empty());
      }
    }
  }

  @Test
  void cursorOlderThanTheWindowIsOutdatedAndGetsTheWholeWindow() throws InterruptedException {
    SimulatorSettings small = SETTINGS.withWindowEvents(400).withLimit(1_000);
    try (RelaySimulator relay = RelaySimulator.start(small)) {
      awaitEmitted(relay, 1_000);
      try (Subscriber subscriber = Subscriber.connect(relay, "?cursor=5");
          Subscriber oldest = Subscriber.connect(relay, "?cursor=0")) {
        DecodedFrame info = DecodedFrame.of(subscriber.take(1).getFirst());
        assertThat(info.type()).isEqualTo("#info");
        assertThat(info.body().path("name").stringValue()).isEqualTo("OutdatedCursor");

        List<byte[]> window = takeUntilSeq(subscriber, relay.head());
        assertThat(window).hasSizeBetween(400, 500);
        assertThat(takeUntilSeq(oldest, relay.head())).containsExactlyElementsOf(window);

        long trimmedThrough = seq(window.getFirst()) - 1;
        try (Subscriber atTheEdge = Subscriber.connect(relay, "?cursor=" + trimmedThrough)) {
          assertThat(takeUntilSeq(atTheEdge, relay.head())).containsExactlyElementsOf(window);
        }
      }
    }
  }

  @Test
  void cursorAheadOfTheHeadIsAnErrorAndTheEnd() throws InterruptedException {
    try (RelaySimulator relay = RelaySimulator.start(SETTINGS.withLimit(10))) {
      awaitEmitted(relay, 10);
      try (Subscriber subscriber = Subscriber.connect(relay, "?cursor=11")) {
        List<byte[]> frames = subscriber.takeUntilEnd();

        assertThat(frames).hasSize(1);
        assertError(frames.getFirst(), "FutureCursor");
      }
    }
  }

  @Test
  void consumerThatLagsTooFarIsCutOff() throws InterruptedException {
    SimulatorSettings strict = SETTINGS.withBacklogEvents(4_000).withLimit(1);
    try (RelaySimulator relay = RelaySimulator.start(strict);
        Subscriber lazy = Subscriber.connectLazily(relay, "?cursor=0")) {
      lazy.take(1);
      relay.limit(25_000);
      awaitEmitted(relay, 25_000);
      lazy.read();

      List<byte[]> frames = lazy.takeUntilEnd();

      assertThat(frames).hasSizeLessThan(24_000);
      assertError(frames.getLast(), "ConsumerTooSlow");
      assertThat(seq(frames.get(frames.size() - 2)))
          .isEqualTo(SeqNumbers.seq(7, frames.size() - 1));
    }
  }

  @Test
  void otherPathsAreNotFound() throws IOException, InterruptedException {
    try (RelaySimulator relay = RelaySimulator.start(SETTINGS.withLimit(1));
        HttpClient client = HttpClient.newHttpClient()) {
      URI other = URI.create("http://127.0.0.1:" + relay.uri().getPort() + "/xrpc/other");
      HttpResponse<String> response =
          client.send(HttpRequest.newBuilder(other).build(), HttpResponse.BodyHandlers.ofString());

      assertThat(response.statusCode()).isEqualTo(404);
      assertThat(response.body()).contains("subscribeRepos");
    }
  }

  @Test
  void saysThatItIsThereAsRelaysDo() throws IOException, InterruptedException {
    try (RelaySimulator relay = RelaySimulator.start(SETTINGS.withLimit(1));
        HttpClient client = HttpClient.newHttpClient()) {
      URI health = URI.create("http://127.0.0.1:" + relay.uri().getPort() + "/xrpc/_health");
      HttpResponse<String> response =
          client.send(HttpRequest.newBuilder(health).build(), HttpResponse.BodyHandlers.ofString());

      assertThat(response.statusCode()).isEqualTo(200);
    }
  }

  @Test
  void goesOnWhereItWasAndServesOldCursorsTheSameFrames() throws InterruptedException {
    SimulatorSettings kept = SETTINGS.withFolder(folder);
    try (RelaySimulator relay = RelaySimulator.start(kept.withLimit(700))) {
      awaitEmitted(relay, 700);
    }
    try (RelaySimulator relay = RelaySimulator.start(kept.withLimit(1_500));
        Subscriber subscriber = Subscriber.connect(relay, "?cursor=0")) {
      assertThat(subscriber.take(1_500)).containsExactlyElementsOf(generated(1_500));
      assertThat(relay.ledger().entries()).containsExactlyElementsOf(expected(1_500));
    }
  }

  @Test
  void refusesAFolderOfAnotherSeedOrInUse() {
    SimulatorSettings kept = SETTINGS.withFolder(folder).withLimit(1);
    try (RelaySimulator relay = RelaySimulator.start(kept)) {
      assertThat(relay.uri()).isNotNull();
      assertThatThrownBy(() -> RelaySimulator.start(kept))
          .hasMessageContaining("another simulator");
    }
    assertThatThrownBy(() -> RelaySimulator.start(kept.withSeed(8))).hasMessageContaining("seed 7");
    RelaySimulator.start(kept).close();
  }

  @Test
  void ledgerHoldsEveryEmittedEvent() throws IOException, InterruptedException {
    try (RelaySimulator relay =
        RelaySimulator.start(SETTINGS.withFolder(folder).withLimit(2_000))) {
      awaitEmitted(relay, 2_000);

      assertThat(relay.ledger().entries()).containsExactlyElementsOf(expected(2_000));
      assertThat(relay.ledger().after(relay.head() - 1)).hasSize(1);
      assertThat(Ledger.read(folder, 0)).hasSize(2_000);
    }
  }

  @Test
  void keepsTheRateThatIsAskedFor() throws InterruptedException {
    try (RelaySimulator relay = RelaySimulator.start(SETTINGS.withRate(1_000));
        Subscriber subscriber = Subscriber.connect(relay, "?cursor=0")) {
      subscriber.take(200);
      long began = System.nanoTime();
      subscriber.take(1_000);
      assertThat(Duration.ofNanos(System.nanoTime() - began))
          .isBetween(Duration.ofMillis(700), Duration.ofMillis(2_500));
    }
  }

  @Test
  void replaysACaptureWithItsOwnSeqs() throws IOException, InterruptedException {
    Path file = CaptureTest.write(folder.resolve("capture"), generated(300));
    try (RelaySimulator relay = RelaySimulator.start(SETTINGS.withCapture(Capture.read(file)));
        Subscriber subscriber = Subscriber.connect(relay, "?cursor=0")) {
      List<byte[]> frames = subscriber.take(300);
      assertThat(frames).containsExactlyElementsOf(generated(300));
      try (Subscriber later = Subscriber.connect(relay, "?cursor=" + seq(frames.get(249)))) {
        assertThat(later.take(50)).containsExactlyElementsOf(frames.subList(250, 300));
      }
      assertThat(relay.ledger().entries()).isEmpty();
    }
  }

  private static void assertError(byte[] frame, String error) {
    DecodedFrame decoded = DecodedFrame.of(frame);
    assertThat(decoded.header().path("op").intValue()).isEqualTo(-1);
    assertThat(decoded.header().has("t")).isFalse();
    assertThat(decoded.body().path("error").stringValue()).isEqualTo(error);
  }

  private static List<byte[]> takeUntilSeq(Subscriber subscriber, long seq)
      throws InterruptedException {
    List<byte[]> frames = new ArrayList<>(subscriber.take(1));
    while (seq(frames.getLast()) < seq) {
      frames.addAll(subscriber.take(1));
    }
    return frames;
  }

  private static List<LedgerEntry> expected(int events) {
    return events(events).stream()
        .map(event ->
            new LedgerEntry(
                event.seq(),
                event.type(),
                event.repo(),
                event.collections(),
                LedgerHash.of(Objects.requireNonNull(event.event()))))
        .toList();
  }
}
