package io.skywire.api.connections;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/** A connection to a client. Any thread may break it off. */
final class ClientConnection {
  /** Of the request that this thread answers. */
  static final ScopedValue<ClientConnection> CURRENT = ScopedValue.newInstance();

  private final @Nullable SocketChannel channel;

  private ClientConnection(@Nullable SocketChannel channel) {
    this.channel = channel;
  }

  /** With nothing to break off where it has ended already. */
  static ClientConnection of(SocketWrapperBase<?> socket) {
    return new ClientConnection(
        socket.getSocket() instanceof NioChannel channel ? channel.getIOChannel() : null);
  }

  /**
   * Whoever reads from it or writes to it, or waits to, fails at once and closes it. It is not
   * closed here, since Tomcat's objects that belong to it are still in use; nor would that wake who
   * waits. What has been sent and not been taken is dropped with it.
   */
  void breakOff() {
    if (channel == null) {
      return;
    }
    try {
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      channel.shutdownInput();
      channel.shutdownOutput();
    } catch (IOException alreadyEnded) {
      // That is what was wanted.
    }
  }
}
