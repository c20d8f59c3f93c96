package io.skywire.ingester.relay;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The socket's side of a session, on the event loop's thread only: handshake, frames into the
 * buffer, pings, and the three clocks (silence, a frame that does not end, a full buffer).
 * Invariant: when the buffer is full nothing is parsed and the socket is not read, so beyond the
 * buffer's bounds there is one read of the socket at most (64 KiB, with TLS a record more). While
 * we do not read, neither silence nor a slow frame is held against the relay.
 */
final class RelaySession extends ChannelInboundHandlerAdapter implements FrameAssembler.Output {
  private static final Logger LOG = LoggerFactory.getLogger(RelaySession.class);

  /** The clocks are looked at this many times in the shortest of them. */
  private static final int TICKS = 4;

  private final String relay;
  private final RelayLimits limits;
  private final InstantSource clock;
  private final WebSocketClientHandshaker handshaker;
  private final CompletableFuture<Void> opened = new CompletableFuture<>();
  private final FrameBuffer buffer;
  private final FrameAssembler assembler;

  /** What was read from the socket and not yet parsed, because the buffer is full. */
  private final Deque<ByteBuf> unparsed = new ArrayDeque<>();

  private volatile @Nullable ChannelHandlerContext context;
  private @Nullable Future<?> ticking;
  private @Nullable RelayDisconnectedException endAfterUnparsed;
  private boolean answered;
  private boolean paused;
  private boolean ended;
  private long lastTraffic;
  private long lastPing;
  private long frameBegan;
  private volatile @Nullable Instant lastFrameAt;

  RelaySession(
      String relay, RelayLimits limits, InstantSource clock, WebSocketClientHandshaker handshaker) {
    this.relay = relay;
    this.limits = limits;
    this.clock = clock;
    this.handshaker = handshaker;
    this.buffer = new FrameBuffer(limits, this::resumeLater, System::nanoTime);
    this.assembler = new FrameAssembler(limits, this);
  }

  /** Done when the handshake is; fails with the reason as {@link RelayDisconnectedException}. */
  CompletableFuture<Void> opened() {
    return opened;
  }

  FrameBuffer buffer() {
    return buffer;
  }

  @Nullable Instant lastFrameAt() {
    return lastFrameAt;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  @Override
  public void channelActive(ChannelHandlerContext active) {
    if (active.pipeline().get(SslHandler.class) == null) {
      shakeHands(active);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext triggered, Object event) {
    if (event instanceof SslHandshakeCompletionEvent tls) {
      if (tls.isSuccess()) {
        shakeHands(triggered);
      } else {
        end(HandshakeRefusal.ofFailure(relay, tls.cause()));
      }
    }
  }

  private void shakeHands(ChannelHandlerContext connected) {
    handshaker
        .handshake(connected.channel())
        .addListener(sent -> {
          if (!sent.isSuccess()) {
            end(HandshakeRefusal.ofFailure(relay, sent.cause()));
          }
        });
  }

  @Override
  public void channelRead(ChannelHandlerContext reading, Object received) {
    if (received instanceof ByteBuf bytes && !ended) {
      lastTraffic = System.nanoTime();
      unparsed.add(bytes);
      parse();
      return;
    }
    try {
      // Only the first: what follows is a body, which nobody reads.
      if (received instanceof HttpResponse response && !answered) {
        answered = true;
        finishHandshake(reading, response);
      }
    } finally {
      ReferenceCountUtil.release(received);
    }
  }

  private void finishHandshake(ChannelHandlerContext reading, HttpResponse response) {
    if (response.decoderResult().isFailure()
        || response.status().code() != HttpResponseStatus.SWITCHING_PROTOCOLS.code()) {
      end(HandshakeRefusal.ofResponse(relay, response, clock));
      return;
    }
    DefaultFullHttpResponse whole =
        new DefaultFullHttpResponse(
            response.protocolVersion(), response.status(), Unpooled.EMPTY_BUFFER);
    whole.headers().set(response.headers());
    try {
      handshaker.finishHandshake(reading.channel(), whole);
    } catch (WebSocketHandshakeException invalid) {
      end(HandshakeRefusal.ofFailure(relay, invalid));
      return;
    }
    long now = System.nanoTime();
    lastTraffic = now;
    lastPing = now;
    long shortest =
        Math.min(
            limits.pingInterval().toNanos(),
            Math.min(limits.silenceMax().toNanos(), limits.fullMax().toNanos()));
    long tick = shortest / TICKS;
    ticking = reading.executor().scheduleWithFixedDelay(this::tick, tick, tick, NANOSECONDS);
    opened.complete(null);
  }

  private void parse() {
    try {
      while (!paused && !ended && !unparsed.isEmpty()) {
        ByteBuf bytes = unparsed.element();
        assembler.read(bytes);
        if (!bytes.isReadable()) {
          unparsed.remove().release();
        }
      }
    } catch (FrameAssembler.ViolationException violation) {
      end(new RelayDisconnectedException(relay + " sent " + violation.getMessage()));
    }
    if (!assembler.inFrame()) {
      frameBegan = 0;
    } else if (frameBegan == 0) {
      frameBegan = System.nanoTime();
    }
    if (!paused && endAfterUnparsed != null) {
      end(endAfterUnparsed);
    }
  }

  @Override
  public boolean frame(byte[] frame) {
    lastFrameAt = clock.instant();
    frameBegan = 0;
    paused = !buffer.add(frame);
    if (paused) {
      setReading(false);
    }
    return !paused;
  }

  /** On the taker's thread. */
  private void resumeLater() {
    ChannelHandlerContext current = context;
    if (current == null) {
      return;
    }
    try {
      current.executor().execute(this::resume);
    } catch (RejectedExecutionException closed) {
      LOG.debug("{}: closed while frames were taken", relay);
    }
  }

  private void resume() {
    if (ended) {
      return;
    }
    paused = false;
    lastTraffic = System.nanoTime();
    frameBegan = 0;
    parse();
    if (!paused && !ended) {
      setReading(true);
    }
    flush();
  }

  @Override
  public void ping(byte[] payload) {
    // Dropped otherwise: who floods with pings and reads no pongs must not fill our memory.
    if (isWritable()) {
      write(new PongWebSocketFrame(Unpooled.wrappedBuffer(payload)));
    }
  }

  @Override
  public void pong() {
    // Counted as traffic by its bytes.
  }

  @Override
  public void closed(int code, String reason) {
    write(new CloseWebSocketFrame());
    String words = code == FrameAssembler.NO_CODE ? " without a code" : " with code " + code;
    String said = reason.isEmpty() ? "" : ": " + HandshakeRefusal.quoted(reason);
    end(new RelayDisconnectedException(relay + " closed the session" + words + said));
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext complete) {
    complete.flush();
  }

  @Override
  public void channelInactive(ChannelHandlerContext inactive) {
    String when = opened.isDone() ? "" : " during the handshake";
    endAfterUnparsed = new RelayDisconnectedException(relay + " dropped the connection" + when);
    parse();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext caught, Throwable failure) {
    endAfterUnparsed = HandshakeRefusal.ofFailure(relay, failure);
    parse();
  }

  private void tick() {
    long now = System.nanoTime();
    if (paused) {
      if (buffer.fullNanos() >= limits.fullMax().toNanos()) {
        end(
            new RelayDisconnectedException(
                relay
                    + ": buffer full for "
                    + words(limits.fullMax())
                    + ": Kafka takes events too slowly, or not at all"));
        return;
      }
    } else if (now - lastTraffic >= limits.silenceMax().toNanos()) {
      end(
          new RelayDisconnectedException(
              relay + " silent for " + words(limits.silenceMax()) + ", ping unanswered"));
      return;
    } else if (frameBegan != 0 && now - frameBegan >= limits.silenceMax().toNanos()) {
      end(
          new RelayDisconnectedException(
              relay + " sent an endless frame: not whole in " + words(limits.silenceMax())));
      return;
    }
    if (now - lastPing >= limits.pingInterval().toNanos() && isWritable()) {
      lastPing = now;
      write(new PingWebSocketFrame());
      flush();
    }
  }

  private static String words(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + " s"
        : duration.toMillis() + " ms";
  }

  /** Says goodbye and ends the session, on the owner's behalf. */
  void leave(RelayDisconnectedException reason) {
    if (!ended && opened.isDone() && isWritable()) {
      write(new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE));
    }
    end(reason);
  }

  /** Ends the session; the first reason stays. */
  @SuppressWarnings("FutureReturnValueIgnored") // Nobody is left to care how closing went.
  void end(RelayDisconnectedException reason) {
    if (ended) {
      return;
    }
    ended = true;
    LOG.debug("{}", reason.getMessage());
    if (ticking != null) {
      ticking.cancel(false);
    }
    opened.completeExceptionally(reason);
    buffer.end(reason);
    if (context != null) {
      context.flush();
      context.close();
    }
    unparsed.forEach(ByteBuf::release);
    unparsed.clear();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // A broken socket shows where it is read.
  private void write(WebSocketFrame frame) {
    if (context != null) {
      context.write(frame);
    } else {
      frame.release();
    }
  }

  private boolean isWritable() {
    return context != null && context.channel().isWritable();
  }

  private void setReading(boolean reading) {
    if (context != null) {
      context.channel().config().setAutoRead(reading);
    }
  }

  private void flush() {
    if (context != null) {
      context.flush();
    }
  }
}
