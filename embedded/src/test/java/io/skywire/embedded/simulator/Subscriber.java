package io.skywire.embedded.simulator;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client of the relay, by the JDK's WebSocket. Keeps what it receives until it is taken. */
final class Subscriber implements WebSocket.Listener, AutoCloseable {
  private static final long PATIENCE_SECONDS = 20;

  /** Frames, and nothing for the end of the connection. */
  private final BlockingQueue<Optional<byte[]>> frames = new LinkedBlockingQueue<>();

  private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
  private final CompletableFuture<Void> pong = new CompletableFuture<>();
  private final boolean greedy;
  private final HttpClient client = HttpClient.newHttpClient();
  private final WebSocket socket;

  private Subscriber(URI uri, boolean greedy) {
    this.greedy = greedy;
    this.socket = client.newWebSocketBuilder().buildAsync(uri, this).join();
  }

  static Subscriber connect(RelaySimulator relay, String query) {
    return new Subscriber(address(relay, query), true);
  }

  /** One that reads nothing before {@link #read}. */
  static Subscriber connectLazily(RelaySimulator relay, String query) {
    return new Subscriber(address(relay, query), false);
  }

  static URI address(RelaySimulator relay, String query) {
    return relay.uri().resolve("/xrpc/com.atproto.sync.subscribeRepos" + query);
  }

  void read() {
    socket.request(Long.MAX_VALUE);
  }

  /** The next frame, null when the connection has ended. */
  byte @Nullable [] next() throws InterruptedException {
    Optional<byte[]> frame = frames.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (frame == null) {
      throw new AssertionError("no frame within " + PATIENCE_SECONDS + " s");
    }
    return frame.orElse(null);
  }

  /** Whether one has come that nobody has taken. */
  boolean hasFrame() {
    return !frames.isEmpty();
  }

  List<byte[]> take(int count) throws InterruptedException {
    List<byte[]> taken = new ArrayList<>();
    while (taken.size() < count) {
      byte[] frame = next();
      if (frame == null) {
        throw new AssertionError("the connection ended after " + taken.size() + " frames");
      }
      taken.add(frame);
    }
    return taken;
  }

  List<byte[]> takeUntilEnd() throws InterruptedException {
    List<byte[]> taken = new ArrayList<>();
    for (byte[] frame = next(); frame != null; frame = next()) {
      taken.add(frame);
    }
    return taken;
  }

  CompletableFuture<Void> ping() {
    socket.sendPing(ByteBuffer.wrap(new byte[] {1})).join();
    return pong;
  }

  @Override
  public void onOpen(WebSocket opened) {
    if (greedy) {
      opened.request(Long.MAX_VALUE);
    } else {
      // Without any demand the JDK would not even notice the first bytes.
      opened.request(1);
    }
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
    while (data.hasRemaining()) {
      partial.write(data.get());
    }
    if (last) {
      frames.add(Optional.of(partial.toByteArray()));
      partial.reset();
    }
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onPong(WebSocket from, ByteBuffer message) {
    pong.complete(null);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
    frames.add(Optional.empty());
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    frames.add(Optional.empty());
  }

  @Override
  public void close() {
    socket.abort();
    client.shutdownNow();
  }
}
