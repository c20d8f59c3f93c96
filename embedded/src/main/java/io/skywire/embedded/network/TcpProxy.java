package io.skywire.embedded.network;

import io.skywire.embedded.EmbeddedServerException;
import io.skywire.embedded.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A port of the loopback interface whose connections are forwarded to another, until told
 * otherwise. Owns its threads (one that accepts, two for each connection), which end with {@link
 * #close}. Any thread may call it. A client of a server that is not there is reset, not refused.
 */
public final class TcpProxy implements AutoCloseable {
  private static final int CONNECTIONS_MAX = 256;
  private static final int BACKLOG = 64;
  private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(10);

  private final ServerSocket socket;
  private final int targetPort;
  private final WireProtocol protocol;
  private final Weather weather = new Weather();
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private TcpProxy(ServerSocket socket, int targetPort, WireProtocol protocol) {
    this.socket = socket;
    this.targetPort = targetPort;
    this.protocol = protocol;
  }

  /** Forwards to a port of the loopback interface, on which nobody need listen yet. */
  public static TcpProxy to(int targetPort, WireProtocol protocol) {
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePort.lasting()), BACKLOG);
      TcpProxy proxy = new TcpProxy(socket, targetPort, protocol);
      proxy.threads.submit(proxy::accept);
      return proxy;
    } catch (IOException refused) {
      throw new EmbeddedServerException("a proxy cannot listen: " + refused.getMessage(), refused);
    }
  }

  public int port() {
    return socket.getLocalPort();
  }

  /** How many connections are open. */
  public int connections() {
    return links.size();
  }

  /** Resets every connection, and each new one at once, until {@link #heal}. */
  public void cut() {
    weather.cut();
    reset();
  }

  /** Resets every connection; new ones are accepted. */
  public void reset() {
    links.forEach(Link::close);
  }

  /** Moves no byte these ways until {@link #heal}; connections stay, and new ones are accepted. */
  public void stall(Direction... directions) {
    weather.stall(Set.copyOf(List.of(directions)));
  }

  /**
   * Until {@link #heal}, both ways.
   *
   * @param delay of each read's worth of bytes, 32 KiB at most
   */
  public void slow(Duration delay, long bytesPerSecond) {
    weather.slow(delay, bytesPerSecond);
  }

  /** Forwards as at the beginning. What was stalled goes on; a {@link Hold} stays. */
  public void heal() {
    weather.heal();
  }

  /**
   * Stops the connection on which the request comes by next; replaces the hold before, unless that
   * has been reached.
   *
   * @param request tells by its name, see {@link WireProtocol}
   * @param occurrence 1 for the next such request, 2 for the one after
   */
  public Hold hold(Hold.Side side, Predicate<String> request, int occurrence) {
    Hold hold = new Hold(side, request, occurrence);
    weather.hold(hold);
    return hold;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException closed) {
      // It no longer listens, which was wanted.
    }
    reset();
    // Those that are held or stalled are interrupted.
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(CLOSE_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new EmbeddedServerException("the threads of proxy " + port() + " do not end");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        if (weather.isCut() || links.size() >= CONNECTIONS_MAX) {
          Link.reset(client);
        } else {
          threads.submit(() -> connect(client));
        }
      } catch (IOException ended) {
        // Closed, or a client that has gone before it was accepted.
      }
    }
  }

  private void connect(Socket client) {
    Socket server = new Socket();
    try {
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      server.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort),
          (int) CONNECT_MAX.toMillis());
    } catch (IOException absent) {
      Link.reset(client);
      Link.reset(server);
      return;
    }
    Link link = new Link(client, server, weather, protocol);
    links.add(link);
    try (link) {
      // A cut or an end that came while this was connecting has not seen it.
      if (weather.isCut() || socket.isClosed()) {
        return;
      }
      Future<?> answers = threads.submit(link::pumpToClient);
      link.pumpToServer();
      answers.get();
    } catch (InterruptedException | RejectedExecutionException closing) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException broken) {
      throw new IllegalStateException("a pump failed", broken);
    } finally {
      links.remove(link);
    }
  }
}
