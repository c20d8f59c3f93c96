package io.skywire.common.tracing;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.skywire.common.lifecycle.RootCause;
import java.net.ConnectException;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands spans on, and says in the log when the collector does not take them: once, and once more
 * when it takes them again. What OpenTelemetry's own exporters say of each failure is switched off
 * where a process's log is set up. Any thread.
 */
final class TellingExporter implements SpanExporter {
  private static final Logger log = LoggerFactory.getLogger(TellingExporter.class);

  private final String process;
  private final SpanExporter exporter;
  private final AtomicBoolean away = new AtomicBoolean();

  /**
   * @param process whose spans they are; several may share a log
   */
  TellingExporter(String process, SpanExporter exporter) {
    this.process = process;
    this.exporter = exporter;
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    CompletableResultCode result = exporter.export(spans);
    return result.whenComplete(() -> tell(result));
  }

  private void tell(CompletableResultCode result) {
    if (result.isSuccess()) {
      if (away.getAndSet(false)) {
        log.info("the collector takes traces of the {} again", process);
      }
    } else if (!away.getAndSet(true)) {
      log.warn(
          "the collector does not take traces of the {}, which are left out: {}",
          process,
          reason(result));
    }
  }

  private static String reason(CompletableResultCode result) {
    Throwable failure = result.getFailureThrowable();
    if (failure == null || failure.getCause() == null) {
      return "it has answered with an error";
    }
    return RootCause.is(failure, ConnectException.class)
        ? "it cannot be reached"
        : RootCause.line(failure);
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }
}
