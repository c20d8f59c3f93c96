package io.skywire.common.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.skywire.common.lifecycle.RootCause;
import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process's traces: off unless {@code OTEL_EXPORTER_OTLP_ENDPOINT} names a collector, then set up
 * by the standard {@code OTEL_…} variables. Spans wait for the collector in a queue with a bound;
 * what finds it full is left out, and nobody waits. Owns OpenTelemetry's SDK and its threads, and
 * installs nothing globally: several processes in one JVM have one each.
 *
 * @see <a href="https://opentelemetry.io/docs/languages/java/configuration/">The variables</a>
 */
public final class Tracing implements AutoCloseable {
  private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
  private static final String TRACES_ENDPOINT = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
  private static final String PROTOCOL = "OTEL_EXPORTER_OTLP_PROTOCOL";
  private static final String HTTP = "http/protobuf";
  private static final String NAME = "io.skywire";

  /** For the last spans; a collector that is away must not hold up the end of a process. */
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);

  private final @Nullable OpenTelemetrySdk sdk;
  private final Tracer tracer;

  private Tracing(@Nullable OpenTelemetrySdk sdk) {
    this.sdk = sdk;
    this.tracer = (sdk == null ? TracerProvider.noop() : sdk.getTracerProvider()).get(NAME);
  }

  /**
   * @param process its name; its traces are those of {@code skywire-NAME} unless {@code
   *     OTEL_SERVICE_NAME} says otherwise
   * @throws InvalidSettingException when a variable does not fit
   */
  public static Tracing open(String process, Variables variables) {
    if (!isOn(variables)) {
      return new Tracing(null);
    }
    String protocol = variables.text(PROTOCOL, HTTP);
    if (!protocol.equals(HTTP)) {
      throw new InvalidSettingException(PROTOCOL, protocol, HTTP);
    }
    try {
      return new Tracing(
          AutoConfiguredOpenTelemetrySdk.builder()
              .addPropertiesCustomizer(environment -> properties(process, variables))
              .addSpanExporterCustomizer(
                  (exporter, properties) -> new TellingExporter(process, exporter))
              .disableShutdownHook()
              .build()
              .getOpenTelemetrySdk());
    } catch (ConfigurationException wrong) {
      throw new InvalidSettingException("OTEL_… does not fit: " + RootCause.line(wrong));
    }
  }

  private static boolean isOn(Variables variables) {
    return (variables.find(ENDPOINT) != null || variables.find(TRACES_ENDPOINT) != null)
        && !variables.text("OTEL_SDK_DISABLED", "false").equalsIgnoreCase("true")
        && !variables.text("OTEL_TRACES_EXPORTER", "otlp").equals("none");
  }

  /** As OpenTelemetry names them. Metrics are Prometheus's here, and the log is the log. */
  private static Map<String, String> properties(String process, Variables variables) {
    Map<String, String> properties = new HashMap<>();
    variables
        .all()
        .forEach((name, value) -> {
          if (name.startsWith("OTEL_")) {
            properties.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value);
          }
        });
    properties.putIfAbsent("otel.service.name", "skywire-" + process);
    properties.put("otel.exporter.otlp.protocol", HTTP);
    properties.put("otel.metrics.exporter", "none");
    properties.put("otel.logs.exporter", "none");
    return properties;
  }

  /** Makes the spans; not enabled while traces are off. */
  public Tracer tracer() {
    return tracer;
  }

  /** Of a process that has none. */
  public static Tracer none() {
    return TracerProvider.noop().get(NAME);
  }

  /** Says on the span that its work has failed, and why. */
  public static void failed(Span span, Throwable failure) {
    span.setStatus(StatusCode.ERROR, RootCause.line(failure));
    span.setAttribute("error.type", failure.getClass().getName());
  }

  /** Sends what is left, in bounded time; what does not end then are daemons with bounds. */
  @Override
  public void close() {
    if (sdk != null) {
      sdk.shutdown().join(CLOSE_MAX.toMillis(), TimeUnit.MILLISECONDS);
    }
  }
}
