package io.skywire.api.connections;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests and has them answered, on the thread that calls {@link #service}; Tomcat calls it
 * whenever something has come, and takes the same one for a connection until a head is complete.
 */
final class ClientProcessor extends Http11Processor {
  private final ClientProtocol protocol;

  /** The connection on which a head has begun to come; afterwards it may be another's. */
  private @Nullable SocketWrapperBase<?> begun;

  private long begunAtNanos;

  ClientProcessor(ClientProtocol protocol) {
    super(protocol, protocol.getAdapter());
    this.protocol = protocol;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // a connection is one object
  public SocketState service(SocketWrapperBase<?> socket) throws IOException {
    SocketState state =
        ScopedValue.where(ClientConnection.CURRENT, ClientConnection.of(socket))
            .call(() -> super.service(socket));
    if (state != SocketState.LONG || isAsync()) {
      begun = null;
      return state;
    }
    long now = System.nanoTime();
    if (begun != socket) {
      begun = socket;
      begunAtNanos = now;
    }
    return now - begunAtNanos < TimeUnit.MILLISECONDS.toNanos(protocol.getConnectionTimeout())
        ? state
        : SocketState.CLOSED;
  }
}
