package io.skywire.ingester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.skywire.common.metrics.Metrics;
import io.skywire.common.settings.Variables;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class IngesterProcessTest {
  @Test
  void aStartThatFailsEndsItsTraces() throws Exception {
    List<Thread> tracing = new CopyOnWriteArrayList<>();
    MeterFilter refusing =
        new MeterFilter() {
          @Override
          public Meter.Id map(Meter.Id meter) {
            tracing.addAll(tracingThreads());
            throw new IllegalStateException("refused: " + meter.getName());
          }
        };
    Variables variables =
        new Variables(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"));
    try (Metrics metrics = Metrics.open()) {
      metrics.registry().config().meterFilter(refusing);
      assertThatThrownBy(() -> IngesterProcess.start(variables, metrics))
          .hasStackTraceContaining("refused: skywire.ingester.");
    }
    assertThat(tracing).as("its traces were on").isNotEmpty();
    for (Thread thread : tracing) {
      assertThat(thread.join(Duration.ofSeconds(10))).as(thread.getName()).isTrue();
    }
  }

  private static List<Thread> tracingThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("BatchSpanProcessor"))
        .toList();
  }
}
