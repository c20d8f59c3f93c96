package io.skywire.ingester.relay;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshaker13;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session with a relay over WebSocket. It owns the socket and one thread, {@code relay-HOST},
 * which ends with {@link #close}. Invariant: what waits to be taken is bounded by its {@link
 * RelayLimits}; beyond that the socket is not read. It does not reconnect, follow redirects, use a
 * proxy, offer compression, or look into frames.
 */
public final class RelayConnection implements FrameSource {
  private static final Logger LOG = LoggerFactory.getLogger(RelayConnection.class);
  private static final String PATH = "/xrpc/com.atproto.sync.subscribeRepos";
  private static final int READ_BYTES = 64 * 1024;
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);

  private final String relay;
  private final EventLoopGroup thread;
  private final RelaySession session;
  private final AtomicBoolean closed = new AtomicBoolean();

  private RelayConnection(String relay, EventLoopGroup thread, RelaySession session) {
    this.relay = relay;
    this.thread = thread;
    this.session = session;
  }

  /**
   * Connects and waits for the handshake, {@code limits.connectTimeout()} at most.
   *
   * @param relay {@code ws://host:port} or {@code wss://host}; a path is kept as prefix
   * @param cursor the seq to resume after; null for the live tail
   * @param clock for {@link #lastFrameAt} and dates in Retry-After
   */
  public static RelayConnection open(
      URI relay, @Nullable Long cursor, RelayLimits limits, InstantSource clock)
      throws RelayDisconnectedException, InterruptedException {
    return open(relay, cursor, limits, clock, null);
  }

  /** With other trust than the system's, for tests. */
  static RelayConnection open(
      URI relay,
      @Nullable Long cursor,
      RelayLimits limits,
      InstantSource clock,
      @Nullable SslContext trust)
      throws RelayDisconnectedException, InterruptedException {
    String name = "relay " + relay.getScheme() + "://" + authorityOf(relay);
    SslContext tls = "wss".equals(relay.getScheme()) ? tlsContext(name, trust) : null;
    RelaySession session =
        new RelaySession(name, limits, clock, handshaker(addressOf(relay, cursor), limits));
    EventLoopGroup thread =
        new MultiThreadIoEventLoopGroup(
            1,
            new DefaultThreadFactory("relay-" + relay.getHost(), true),
            NioIoHandler.newFactory());
    RelayConnection connection = new RelayConnection(name, thread, session);
    try {
      connection.connect(relay, limits, tls);
      return connection;
    } catch (RelayDisconnectedException | InterruptedException | RuntimeException failed) {
      connection.close();
      throw failed;
    }
  }

  private void connect(URI uri, RelayLimits limits, @Nullable SslContext tls)
      throws RelayDisconnectedException, InterruptedException {
    int timeout = Math.toIntExact(limits.connectTimeout().toMillis());
    String host = Objects.requireNonNull(uri.getHost()).replaceAll("[\\[\\]]", "");
    int port = uri.getPort() >= 0 ? uri.getPort() : tls == null ? 80 : 443;
    new Bootstrap()
        .group(thread)
        .channel(NioSocketChannel.class)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeout)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES))
        // A failed ping must not throw away what the socket still holds: reading finds the end.
        .option(ChannelOption.AUTO_CLOSE, false)
        .handler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                ChannelPipeline pipeline = channel.pipeline();
                if (tls != null) {
                  SslHandler handler = tls.newHandler(channel.alloc(), host, port);
                  handler.setHandshakeTimeoutMillis(timeout);
                  pipeline.addLast(handler);
                }
                pipeline.addLast(new HttpClientCodec()).addLast(session);
              }
            })
        .connect(host, port)
        .addListener(
            (ChannelFutureListener)
                connected -> {
                  if (!connected.isSuccess()) {
                    session.end(HandshakeRefusal.ofFailure(relay, connected.cause()));
                  }
                });
    try {
      session.opened().get(timeout, MILLISECONDS);
    } catch (TimeoutException late) {
      throw new RelayDisconnectedException(
          relay + ": no WebSocket handshake within " + timeout + " ms", null, late);
    } catch (ExecutionException refused) {
      if (refused.getCause() instanceof RelayDisconnectedException reason) {
        throw reason;
      }
      throw HandshakeRefusal.ofFailure(relay, refused);
    }
  }

  private static SslContext tlsContext(String relay, @Nullable SslContext trust)
      throws RelayDisconnectedException {
    if (trust != null) {
      return trust;
    }
    try {
      return SslContextBuilder.forClient()
          .sslProvider(SslProvider.JDK)
          .endpointIdentificationAlgorithm("HTTPS")
          .build();
    } catch (SSLException unusable) {
      throw HandshakeRefusal.ofFailure(relay, unusable);
    }
  }

  private static WebSocketClientHandshaker13 handshaker(URI address, RelayLimits limits) {
    String version = RelayConnection.class.getPackage().getImplementationVersion();
    DefaultHttpHeaders headers = new DefaultHttpHeaders();
    headers.set(HttpHeaderNames.USER_AGENT, "skywire/" + (version == null ? "dev" : version));
    return new WebSocketClientHandshaker13(
        address, WebSocketVersion.V13, null, false, headers, limits.frameBytesMax()) {
      @Override
      protected WebSocketFrameDecoder newWebsocketDecoder() {
        return new PassThrough();
      }
    };
  }

  /** Stands where Netty wants a decoder; {@link FrameAssembler} does the work. */
  private static final class PassThrough extends ChannelInboundHandlerAdapter
      implements WebSocketFrameDecoder {}

  private static URI addressOf(URI relay, @Nullable Long cursor) {
    String prefix = relay.getRawPath() == null ? "" : relay.getRawPath().replaceAll("/+$", "");
    String query = cursor == null ? "" : "?cursor=" + cursor;
    return URI.create(relay.getScheme() + "://" + authorityOf(relay) + prefix + PATH + query);
  }

  /** Without user and password, which must not reach a log. */
  private static String authorityOf(URI relay) {
    return relay.getHost() + (relay.getPort() < 0 ? "" : ":" + relay.getPort());
  }

  @Override
  public List<byte[]> take(int framesMax, long bytesMax, Duration wait)
      throws RelayDisconnectedException, InterruptedException {
    return session.buffer().take(framesMax, bytesMax, wait);
  }

  @Override
  public @Nullable Instant lastFrameAt() {
    return session.lastFrameAt();
  }

  @Override
  public int waiting() {
    return session.buffer().frames();
  }

  @Override
  public long waitingBytes() {
    return session.buffer().bytes();
  }

  @Override
  public Duration fullFor() {
    return Duration.ofNanos(session.buffer().fullNanos());
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    RelayDisconnectedException byUs = new RelayDisconnectedException(relay + ": closed by us");
    session.buffer().close(byUs);
    try {
      // Goodbye first: a loop that is shutting down closes its sockets before it runs its tasks.
      boolean left = thread.submit(() -> session.leave(byUs)).await(CLOSE_MAX.toMillis());
      Future<?> over = thread.shutdownGracefully(0, CLOSE_MAX.toMillis(), MILLISECONDS);
      if (!left || !over.await(CLOSE_MAX.toMillis())) {
        LOG.debug("{}: its thread, a daemon, has not ended yet", relay);
      }
    } catch (InterruptedException interrupted) {
      shutDownUnattended();
      Thread.currentThread().interrupt();
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // The interrupted caller does not wait for it.
  private void shutDownUnattended() {
    thread.shutdownGracefully(0, CLOSE_MAX.toMillis(), MILLISECONDS);
  }
}
