package io.skywire.embedded.collector;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.skywire.embedded.EmbeddedServerException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Takes traces on a free port of the loopback interface, by OTLP over HTTP. Any thread. */
public final class TraceCollector implements AutoCloseable {
  private static final int OK = 200;

  /** A busy machine may take long for the first export of a JVM. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HttpServer server;
  private final List<CollectedSpan> spans = new CopyOnWriteArrayList<>();

  private TraceCollector(HttpServer server) {
    this.server = server;
  }

  public static TraceCollector start() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      TraceCollector collector = new TraceCollector(server);
      server.createContext("/v1/traces", collector::take);
      server.start();
      return collector;
    } catch (IOException failed) {
      throw new EmbeddedServerException("the collector does not start", failed);
    }
  }

  /** What switches a process's traces on, and has them sent at once. */
  public Map<String, String> variables() {
    return Map.of(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "http://127.0.0.1:" + server.getAddress().getPort(),
        "OTEL_BSP_SCHEDULE_DELAY",
        "50");
  }

  /** All that have come, in the order of their ends. */
  public List<CollectedSpan> spans() {
    return List.copyOf(spans);
  }

  /** All that have come, once there are so many. */
  public List<CollectedSpan> await(int count) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (spans.size() < count) {
      if (System.nanoTime() > deadline) {
        throw new EmbeddedServerException(
            "%d spans expected, and only these have come: %s".formatted(count, spans));
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
    return spans();
  }

  /** Those of this name. */
  public List<CollectedSpan> spans(String name) {
    return spans.stream().filter(span -> span.name().equals(name)).toList();
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      spans.addAll(ExportRequest.spans(exchange.getRequestBody().readAllBytes()));
      exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(OK, -1);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
