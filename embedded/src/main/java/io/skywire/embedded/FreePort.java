package io.skywire.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * TCP ports of the loopback interface. An answer is true at the moment of the question only:
 * whoever binds later may find the port taken.
 */
public final class FreePort {
  private static final int LASTING_FIRST = 15_000;

  /** Linux gives out ports from 32,768 on, others from 49,152. */
  private static final int LASTING_END = 32_000;

  private static final int LASTING_TRIES_MAX = 1_000;

  private FreePort() {}

  /** A port that nobody listens on. */
  public static int any() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException refused) {
      throw new EmbeddedServerException("no free TCP port on the loopback interface", refused);
    }
  }

  /**
   * A free port below those that systems give to outgoing connections: one that a server finds free
   * again after it was away for a while.
   */
  public static int lasting() {
    for (int tries = 0; tries < LASTING_TRIES_MAX; tries++) {
      int port = ThreadLocalRandom.current().nextInt(LASTING_FIRST, LASTING_END);
      if (isFree(port)) {
        return port;
      }
    }
    throw new EmbeddedServerException(
        "no free TCP port from %d to %d".formatted(LASTING_FIRST, LASTING_END - 1));
  }

  public static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      // A server's closed connections linger for a minute and do not keep it from coming back.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
