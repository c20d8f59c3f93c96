package io.skywire.embedded.simulator;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Answers a connection's first request: a handshake for the one path of events, a word on how it
 * is, a short refusal for anything else. Lives on the connection's thread until the session takes
 * over.
 */
final class SubscribeRequestHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  static final String PATH = "/xrpc/com.atproto.sync.subscribeRepos";

  /** Where relays say that they are there. */
  private static final String HEALTH_PATH = "/xrpc/_health";

  /** Clients have nothing to say but pings and closes. */
  private static final int CLIENT_FRAME_BYTES_MAX = 65_536;

  private final RelayServer server;
  private final Refusals refusals;

  SubscribeRequestHandler(RelayServer server, Refusals refusals) {
    this.server = server;
    this.refusals = refusals;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    QueryStringDecoder query = new QueryStringDecoder(request.uri());
    if (query.path().equals(HEALTH_PATH)) {
      answer(context, 200, null, "{\"version\":\"simulator\"}");
      return;
    }
    if (!query.path().equals(PATH)) {
      answer(context, 404, null, "Not Found: the simulator serves " + PATH);
      return;
    }
    Refusals.Refusal refusal = refusals.take();
    if (refusal != null) {
      answer(context, refusal.httpStatus(), refusal.retryAfter(), "refused on request");
      return;
    }
    OptionalLong cursor;
    try {
      cursor = cursor(query.parameters().getOrDefault("cursor", List.of()));
    } catch (NumberFormatException malformed) {
      answer(context, 400, null, "cursor is no number");
      return;
    }
    WebSocketServerHandshaker handshaker =
        new WebSocketServerHandshakerFactory(PATH, null, false, CLIENT_FRAME_BYTES_MAX)
            .newHandshaker(request);
    if (handshaker == null) {
      answer(context, 426, null, "a WebSocket, version 13, is expected");
      return;
    }
    SubscribeReposHandler session = server.subscribe(cursor);
    var _ =
        handshaker
            .handshake(context.channel(), request)
            .addListener(done -> {
              if (done.isSuccess()) {
                context.pipeline().replace(this, "session", session);
              } else {
                var _ = context.close();
              }
            });
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    var _ = context.close(); // whoever connects may send any bytes
  }

  private static OptionalLong cursor(List<String> values) {
    return values.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(Long.parseLong(values.getFirst()));
  }

  private static void answer(
      ChannelHandlerContext context, int status, @Nullable Duration retryAfter, String text) {
    DefaultFullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(status),
            Unpooled.copiedBuffer(text + "\n", StandardCharsets.UTF_8));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
        .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    if (retryAfter != null) {
      response.headers().set(HttpHeaderNames.RETRY_AFTER, retryAfter.toSeconds());
    }
    var _ = context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }
}
