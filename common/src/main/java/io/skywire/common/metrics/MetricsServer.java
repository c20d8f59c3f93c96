package io.skywire.common.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.skywire.common.settings.InvalidSettingException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Shows a process's metrics and probes over HTTP: {@code /metrics}, {@code /health/live}, {@code
 * /health/ready}. For processes that have no server otherwise, and the JDK's own is enough for
 * that. Owns its threads; connections, and what one may take of them, are bounded.
 */
public final class MetricsServer implements AutoCloseable {
  private static final int THREADS = 2;

  /** Prometheus, an orchestrator's probes, a person. A connection has one request at a time. */
  private static final int CONNECTIONS_MAX = 32;

  private static final String REQUEST_SECONDS_MAX = "10";
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int NO_SUCH_METHOD = 405;
  private static final int UNAVAILABLE = 503;
  private static final String TEXT = "text/plain; charset=utf-8";

  static {
    // Read once, by the server's classes, and to be set in no other way.
    limit("sun.net.httpserver.maxReqTime", REQUEST_SECONDS_MAX);
    limit("sun.net.httpserver.maxRspTime", REQUEST_SECONDS_MAX);
    limit("jdk.httpserver.maxConnections", Integer.toString(CONNECTIONS_MAX));
  }

  private final HttpServer server;
  private final ThreadPoolExecutor threads;

  private MetricsServer(HttpServer server, String process) {
    this.server = server;
    this.threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(CONNECTIONS_MAX),
            Thread.ofPlatform().name(process + "-metrics-", 1).factory(),
            new ThreadPoolExecutor.DiscardPolicy());
    server.setExecutor(threads);
  }

  /**
   * Listens and answers from now on.
   *
   * @param process names the threads
   * @param settings with a port
   * @throws InvalidSettingException when the address is not ours or the port is taken
   */
  public static MetricsServer open(
      String process, MetricsSettings settings, Metrics metrics, Probes probes) {
    MetricsServer opened = new MetricsServer(listen(settings), process);
    opened.answer("/metrics", () -> new Answer(OK, Metrics.CONTENT_TYPE, metrics.scrape()));
    opened.answer("/health/live", () -> Answer.of(probes.live(), "live\n", "stuck\n"));
    opened.answer("/health/ready", () -> Answer.of(probes.ready(), "ready\n", "not ready\n"));
    opened.server.start();
    return opened;
  }

  /** The port it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private static HttpServer listen(MetricsSettings settings) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(settings.bind(), 0));
    } catch (IOException notHere) {
      throw new InvalidSettingException(
          "SKYWIRE_BIND",
          settings.bind().getHostAddress(),
          "an address of this machine, or 0.0.0.0 for all of them",
          notHere);
    }
    try {
      return HttpServer.create(
          new InetSocketAddress(settings.bind(), settings.port()), CONNECTIONS_MAX);
    } catch (IOException taken) {
      throw new InvalidSettingException(
          MetricsSettings.PORT,
          Integer.toString(settings.port()),
          "a free port: " + taken.getMessage(),
          taken);
    }
  }

  private void answer(String path, Supplier<Answer> page) {
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            send(exchange, answer(exchange, path, page));
          }
        });
  }

  private static Answer answer(HttpExchange exchange, String path, Supplier<Answer> page) {
    // The JDK's server takes a context for a beginning.
    if (!exchange.getRequestURI().getPath().equals(path)) {
      return new Answer(NOT_FOUND, TEXT, "there is nothing at this path\n");
    }
    return switch (exchange.getRequestMethod()) {
      case "GET", "HEAD" -> page.get();
      default -> new Answer(NO_SUCH_METHOD, TEXT, "this path takes GET\n");
    };
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    byte[] body = answer.text().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", answer.type());
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(answer.status(), -1);
    } else {
      exchange.sendResponseHeaders(answer.status(), body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static void limit(String property, String most) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, most);
    }
  }

  private record Answer(int status, String type, String text) {
    static Answer of(BooleanSupplier good, String yes, String no) {
      return good.getAsBoolean() ? new Answer(OK, TEXT, yes) : new Answer(UNAVAILABLE, TEXT, no);
    }
  }
}
