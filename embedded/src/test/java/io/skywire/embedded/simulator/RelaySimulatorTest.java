package io.skywire.embedded.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Talks to the relay through a real WebSocket. */
@Timeout(60)
class RelaySimulatorTest {
  private static final SimulatorSettings SETTINGS =
      SimulatorSettings.defaults()
          .withSeed(7)
          .withRate(0)
          .withClock(() -> Instant.parse("2026-07-04T14:38:09.012Z"));

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

  private static long seq(byte[] frame) {
    return DecodedFrame.of(frame).seq();
  }

  private static List<byte[]> takeUntilSeq(Subscriber subscriber, long seq)
      throws InterruptedException {
    List<byte[]> frames = new ArrayList<>(subscriber.take(1));
    while (seq(frames.getLast()) < seq) {
      frames.addAll(subscriber.take(1));
    }
    return frames;
  }

  private static void awaitEmitted(RelaySimulator relay, long events) {
    while (relay.emitted() < events) {
      Thread.onSpinWait();
    }
  }

  private static List<byte[]> generated(int events) {
    return events(events).stream().map(SimulatedEvent::frame).toList();
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

  private static List<SimulatedEvent> events(int count) {
    FrameGenerator generator = new FrameGenerator(SETTINGS.seed());
    List<SimulatedEvent> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(generator.next(SETTINGS.clock().instant()));
    }
    return events;
  }
}
