package io.skywire.embedded.simulator;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The WebSocket server: listens, keeps the sessions, and commits the faults it is asked for. Any
 * thread may call it; each session runs on one of Netty's.
 */
final class RelayServer implements AutoCloseable {
  private static final int REQUEST_BYTES_MAX = 16_384;
  private static final int CURSORS_MAX = 10_000;

  /** Bytes in flight to one client, besides the kernel's; what is beyond waits in the log. */
  private static final WriteBufferWaterMark IN_FLIGHT =
      new WriteBufferWaterMark(256 << 10, 1 << 20);

  private final EventLog log;
  private final int backlogEvents;
  private final EventLoopGroup threads;
  private final Channel listener;
  private final Set<SubscribeReposHandler> sessions = ConcurrentHashMap.newKeySet();
  private final Refusals refusals = new Refusals();
  private final List<OptionalLong> cursors = new ArrayList<>();
  private final AtomicInteger tooSlow = new AtomicInteger();
  private int connections;
  private volatile boolean silent;
  private volatile long heldFrom = Long.MAX_VALUE;

  RelayServer(EventLog log, int backlogEvents, InetSocketAddress address)
      throws InterruptedException {
    this.log = log;
    this.backlogEvents = backlogEvents;
    this.threads = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    ChannelFuture bound =
        new ServerBootstrap()
            .group(threads)
            .channel(NioServerSocketChannel.class)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, IN_FLIGHT)
            .childHandler(new Connection())
            .bind(address)
            .await();
    if (!bound.isSuccess()) {
      threads.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
      throw new IllegalStateException("cannot listen on " + address, bound.cause());
    }
    this.listener = bound.channel();
  }

  private final class Connection extends ChannelInitializer<SocketChannel> {
    @Override
    protected void initChannel(SocketChannel channel) {
      channel
          .pipeline()
          .addLast(new HttpServerCodec())
          .addLast(new HttpObjectAggregator(REQUEST_BYTES_MAX))
          .addLast(new SubscribeRequestHandler(RelayServer.this, refusals));
    }
  }

  int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /** Tells every session that the log has grown. */
  void announce() {
    sessions.forEach(SubscribeReposHandler::wake);
  }

  /** Begins a session; called when its handshake is done. */
  SubscribeReposHandler subscribe(OptionalLong cursor) {
    synchronized (cursors) {
      connections++;
      if (cursors.size() == CURSORS_MAX) {
        cursors.removeFirst();
      }
      cursors.add(cursor);
    }
    return new SubscribeReposHandler(this, log, cursor, backlogEvents);
  }

  void joined(SubscribeReposHandler session) {
    sessions.add(session);
  }

  void left(SubscribeReposHandler session) {
    sessions.remove(session);
  }

  /** Whether the relay plays dead. */
  boolean isSilent() {
    return silent;
  }

  void silent(boolean nowSilent) {
    silent = nowSilent;
    announce();
  }

  /** The ordinal of the first event that nobody gets for now. */
  long heldFrom() {
    return heldFrom;
  }

  void holdFrom(long ordinal) {
    heldFrom = ordinal;
    announce();
  }

  Refusals refusals() {
    return refusals;
  }

  void tooSlow() {
    tooSlow.incrementAndGet();
  }

  int consumersTooSlow() {
    return tooSlow.get();
  }

  int connections() {
    synchronized (cursors) {
      return connections;
    }
  }

  List<OptionalLong> cursors() {
    synchronized (cursors) {
      return List.copyOf(cursors);
    }
  }

  int open() {
    return sessions.size();
  }

  /** Resets every connection, without a word. */
  void reset() {
    for (SubscribeReposHandler session : sessions) {
      Channel channel = session.channel();
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
      channel.close().syncUninterruptibly();
    }
  }

  /** Sends the first half of a WebSocket frame to every client, and nothing more, then closes. */
  void closeMidFrame() {
    for (SubscribeReposHandler session : sessions) {
      session.breakOff();
      session.channel().closeFuture().syncUninterruptibly();
    }
  }

  /** Sends one binary message to every client, whatever its bytes. */
  void send(byte[] message) {
    for (SubscribeReposHandler session : sessions) {
      session
          .channel()
          .writeAndFlush(new BinaryWebSocketFrame(Unpooled.copiedBuffer(message)))
          .syncUninterruptibly();
    }
  }

  @Override
  public void close() {
    listener.close().syncUninterruptibly();
    sessions.forEach(session -> session.channel().close().syncUninterruptibly());
    threads.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
