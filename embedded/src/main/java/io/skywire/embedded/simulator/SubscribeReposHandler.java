package io.skywire.embedded.simulator;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One client's session: reads the log from the client's cursor on and writes as long as the client
 * takes it. Runs on the connection's thread; {@link #wake} may be called by any. It never holds
 * more than the connection's write buffer: a client that reads slowly is served from the log, until
 * it lags too far.
 */
final class SubscribeReposHandler extends SimpleChannelInboundHandler<WebSocketFrame> {
  private static final int READ_BYTES = 128 << 10;
  private static final int POLICY_VIOLATION = 1_008;
  private static final long LAST_WORDS_SECONDS = 30;

  private final RelayServer server;
  private final EventLog log;
  private final OptionalLong cursor;
  private final int backlogEvents;
  private final AtomicBoolean awake = new AtomicBoolean();
  private volatile @Nullable ChannelHandlerContext connection;
  private long next;

  /** A client that has once reached the head is live, and may lag no more than the bound. */
  private boolean live;

  private boolean ended;

  SubscribeReposHandler(RelayServer server, EventLog log, OptionalLong cursor, int backlogEvents) {
    this.server = server;
    this.log = log;
    this.cursor = cursor;
    this.backlogEvents = backlogEvents;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    connection = context;
    EventLog.Start start = log.find(cursor);
    next = start.ordinal();
    server.joined(this);
    if (!context.channel().isActive()) {
      server.left(this);
      return;
    }
    if (start.future()) {
      end(
          context,
          "FutureCursor",
          "cursor " + cursor.orElse(0) + " is ahead of the relay, which is at " + log.head());
      return;
    }
    if (start.outdated()) {
      String message = "cursor " + cursor.orElse(0) + " is older than the window";
      write(context, Frames.info("OutdatedCursor", message));
      context.flush();
    }
    wake();
  }

  /** Makes the session look at the log soon. */
  void wake() {
    ChannelHandlerContext context = connection;
    if (context != null && awake.compareAndSet(false, true)) {
      context.executor().execute(() -> pump(context));
    }
  }

  /** Sends half a frame and closes. Any thread may call it. */
  void breakOff() {
    ByteBuf half = Unpooled.buffer(504);
    half.writeByte(0x82); // final, binary
    half.writeByte(126); // the length follows in two bytes
    half.writeShort(1_000);
    half.writeZero(500);
    Channel channel = channel();
    channel
        .eventLoop()
        .execute(() -> {
          // What was sent behind the half would be taken for the rest of it.
          ended = true;
          // From before the encoder: these bytes are to leave as they are.
          var _ =
              channel
                  .pipeline()
                  .context("wsencoder")
                  .writeAndFlush(half)
                  .addListener(ChannelFutureListener.CLOSE);
        });
  }

  Channel channel() {
    ChannelHandlerContext context = connection;
    if (context == null) {
      throw new IllegalStateException("the session has not begun");
    }
    return context.channel();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    wake();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    ended = true;
    server.left(this);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    var _ = context.close(); // the client has gone, or sent what is no WebSocket frame
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
    if (ended || server.isSilent()) {
      return;
    }
    if (frame instanceof PingWebSocketFrame) {
      var _ = context.writeAndFlush(new PongWebSocketFrame(frame.content().retain()));
    } else if (frame instanceof CloseWebSocketFrame) {
      ended = true;
      closeAfter(context, new CloseWebSocketFrame(1_000, ""));
    }
  }

  private void pump(ChannelHandlerContext context) {
    awake.set(false);
    if (ended || server.isSilent()) {
      return;
    }
    next = log.afterSkipped(next);
    long held = server.heldFrom();
    if (next >= held) {
      // What it lags behind by is not its fault.
      live = false;
      return;
    }
    if (live && log.end() - next > backlogEvents) {
      tooSlow(context);
      return;
    }
    if (!context.channel().isWritable()) {
      return;
    }
    List<byte[]> frames = read(held);
    if (frames == null) {
      tooSlow(context);
      return;
    }
    if (frames.isEmpty()) {
      live = true;
      return;
    }
    frames.forEach(frame -> write(context, frame));
    context.flush();
    next += frames.size();
    wake(); // there may be more; other sessions of this thread come first
  }

  private @Nullable List<byte[]> read(long end) {
    try {
      List<byte[]> frames = log.read(next, READ_BYTES);
      return frames == null || frames.size() <= end - next
          ? frames
          : frames.subList(0, (int) (end - next));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private void tooSlow(ChannelHandlerContext context) {
    server.tooSlow();
    long lag = log.end() - next;
    end(context, "ConsumerTooSlow", "the consumer is " + lag + " events behind");
  }

  private void end(ChannelHandlerContext context, String error, String message) {
    ended = true;
    write(context, Frames.error(error, message));
    closeAfter(context, new CloseWebSocketFrame(POLICY_VIOLATION, error));
  }

  /** Closes when the client has taken all that was written, or has had its time. */
  private static void closeAfter(ChannelHandlerContext context, CloseWebSocketFrame last) {
    var _ = context.writeAndFlush(last).addListener(ChannelFutureListener.CLOSE);
    Runnable close =
        () -> {
          var _ = context.close();
        };
    var _ = context.executor().schedule(close, LAST_WORDS_SECONDS, TimeUnit.SECONDS);
  }

  private static void write(ChannelHandlerContext context, byte[] frame) {
    var _ = context.write(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(frame)));
  }
}
