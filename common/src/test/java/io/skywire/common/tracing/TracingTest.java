package io.skywire.common.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

@Timeout(60)
class TracingTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final Logger log = (Logger) LoggerFactory.getLogger(TellingExporter.class);
  private final ListAppender<ILoggingEvent> told = new ListAppender<>();
  private volatile int answer = 200;
  private HttpServer server;

  @BeforeEach
  void startACollector() throws Exception {
    told.start();
    log.addAppender(told);
    log.setLevel(Level.INFO);
    log.setAdditive(false);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            requests.add(
                "%s %s %s %s"
                    .formatted(
                        exchange.getRequestMethod(),
                        exchange.getRequestURI(),
                        exchange.getRequestHeaders().getFirst("Content-Type"),
                        new String(
                            exchange.getRequestBody().readAllBytes(),
                            StandardCharsets.ISO_8859_1)));
            exchange.sendResponseHeaders(answer, -1);
          }
        });
    server.start();
  }

  @AfterEach
  void stopTheCollector() {
    server.stop(0);
    log.detachAppender(told);
    log.setLevel(null);
    log.setAdditive(true);
  }

  @Test
  void whoNamesNoCollectorOrSwitchesTracesOffHasNone() {
    assertThat(isOn(Map.of())).isFalse();
    assertThat(isOn(Map.of("OTEL_SERVICE_NAME", "a"))).isFalse();
    assertThat(isOn(collector(Map.of("OTEL_SDK_DISABLED", "TRUE")))).isFalse();
    assertThat(isOn(collector(Map.of("OTEL_TRACES_EXPORTER", "none")))).isFalse();
    assertThat(isOn(collector(Map.of()))).isTrue();
    assertThat(Tracing.none().isEnabled()).isFalse();
  }

  private static boolean isOn(Map<String, String> variables) {
    try (Tracing tracing = open(variables)) {
      return tracing.tracer().isEnabled();
    }
  }

  @Test
  void theEndOfAProcessSendsItsLastSpans() throws Exception {
    try (Tracing tracing = open(collector(Map.of("OTEL_BSP_SCHEDULE_DELAY", "600000")))) {
      tracing.tracer().spanBuilder("some work").startSpan().end();
    }
    awaitARequest();
    assertThat(requests.getFirst())
        .startsWith("POST /v1/traces application/x-protobuf ")
        .contains("skywire-test", "some work");
  }

  @Test
  void theStandardVariablesCount() throws Exception {
    Map<String, String> variables = collector(Map.of("OTEL_SERVICE_NAME", "another name"));
    try (Tracing tracing = open(variables)) {
      tracing.tracer().spanBuilder("some work").startSpan().end();
    }
    awaitARequest();
    assertThat(requests.getFirst()).contains("another name").doesNotContain("skywire-test");
    variables.put("OTEL_TRACES_SAMPLER", "always_off");
    try (Tracing tracing = open(variables)) {
      tracing.tracer().spanBuilder("some work").startSpan().end();
    }
    assertThat(requests).hasSize(1);
  }

  /** On a busy machine a JVM's first export may take longer than its process has for its end. */
  private void awaitARequest() throws InterruptedException {
    while (requests.isEmpty()) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  @Test
  void aCollectorThatTakesNothingIsToldOfOnceAndOnceWhenItTakesAgain() throws Exception {
    answer = 500;
    try (Tracing tracing = open(collector(Map.of("OTEL_BSP_SCHEDULE_DELAY", "10")))) {
      makeSpansUntil(tracing, () -> requests.size() >= 4);
      answer = 200;
      makeSpansUntil(tracing, () -> told.list.size() > 1);
    }
    assertThat(told.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "the collector does not take traces of the test, which are left out: it has answered with an error",
            "the collector takes traces of the test again");
  }

  @Test
  void aCollectorThatIsNotThereIsToldOfInWords() throws Exception {
    Map<String, String> variables = endpoint("http://127.0.0.1:1");
    variables.put("OTEL_BSP_SCHEDULE_DELAY", "10");
    variables.put("OTEL_JAVA_EXPORTER_OTLP_RETRY_DISABLED", "true");
    try (Tracing tracing = open(variables)) {
      makeSpansUntil(tracing, () -> !told.list.isEmpty());
    }
    assertThat(told.list.getFirst().getFormattedMessage()).endsWith(": it cannot be reached");
  }

  private static void makeSpansUntil(Tracing tracing, BooleanSupplier sign) throws Exception {
    while (!sign.getAsBoolean()) {
      tracing.tracer().spanBuilder("some work").startSpan().end();
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  /** It may take connections and answer none. */
  @Test
  void aCollectorThatDoesNotAnswerHoldsUpNobody() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      long begun = System.nanoTime();
      try (Tracing tracing = open(endpoint("http://127.0.0.1:" + silent.getLocalPort()))) {
        for (int spans = 0; spans < 20_000; spans++) {
          tracing.tracer().spanBuilder("some work").startSpan().end();
        }
      }
      // An export alone may take ten seconds, and those that wait are four.
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
    }
  }

  @Test
  void whatDoesNotFitIsOneLineThatNamesTheVariable() {
    assertRefused("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "OTEL_EXPORTER_OTLP_PROTOCOL is 'grpc'");
    assertRefused("OTEL_TRACES_SAMPLER", "sometimes", "OTEL_… does not fit: ");
    assertRefused("OTEL_EXPORTER_OTLP_ENDPOINT", "no address", "OTEL_… does not fit: ");
    assertRefused("OTEL_BSP_SCHEDULE_DELAY", "soon", "OTEL_… does not fit: ");
  }

  private void assertRefused(String name, String value, String message) {
    Map<String, String> variables = collector(Map.of());
    variables.put(name, value);
    assertThatThrownBy(() -> open(variables).close())
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void aSpanIsFoundAgainByItsHeader() {
    String header = "00-" + TRACE + "-" + SPAN + "-01";
    SpanContext span = context(TraceFlags.getSampled());
    assertThat(TraceParent.of(span)).asString().isEqualTo(header);
    assertThat(TraceParent.of(context(TraceFlags.getDefault()))).isNull();
    SpanContext read = TraceParent.read(header.getBytes(StandardCharsets.US_ASCII));
    assertThat(read.getTraceId()).isEqualTo(TRACE);
    assertThat(read.getSpanId()).isEqualTo(SPAN);
    assertThat(read.isSampled()).isTrue();
  }

  @Test
  void aHeaderThatNamesNoSpanIsNone() {
    for (String header : List.of("", "00", "00-" + TRACE, "00-" + "0".repeat(32) + "-x-01", "é")) {
      assertThat(TraceParent.read(header.getBytes(StandardCharsets.UTF_8)).isValid())
          .as(header)
          .isFalse();
    }
  }

  private static SpanContext context(TraceFlags flags) {
    return SpanContext.create(TRACE, SPAN, flags, TraceState.getDefault());
  }

  private Map<String, String> collector(Map<String, String> further) {
    Map<String, String> variables = endpoint("http://127.0.0.1:" + server.getAddress().getPort());
    variables.putAll(further);
    return variables;
  }

  private static Map<String, String> endpoint(String url) {
    return new HashMap<>(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", url));
  }

  private static Tracing open(Map<String, String> variables) {
    return Tracing.open("test", new Variables(variables));
  }
}
