package io.skywire.sink;

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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SinkProcessTest {
  @Test
  @Timeout(60)
  void runsAndSaysSoWhileKafkasNameCannotBeResolved() throws Exception {
    try (SinkDatabase database = SinkDatabase.create();
        SinkProcess sink =
            SinkProcess.start(
                new Variables(
                    Map.of(
                        "DATABASE_URL",
                        database.url().toUrl(),
                        "KAFKA_BOOTSTRAP_SERVERS",
                        "nowhere.invalid:9092")))) {
      List<String> heartbeats = List.of();
      while (heartbeats.isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(20);
        heartbeats = database.rows("select kafka_reachable, problem from sink_heartbeats");
      }
      assertThat(heartbeats)
          .containsExactly("f,No resolvable bootstrap urls given in bootstrap.servers");
      assertThat(sink.done().toCompletableFuture()).isNotDone();
    }
  }

  @Test
  void aStartThatFailsEndsItsTraces() throws Exception {
    List<Thread> tracing = new CopyOnWriteArrayList<>();
    MeterFilter refusing =
        new MeterFilter() {
          @Override
          public Meter.Id map(Meter.Id meter) {
            if (!meter.getName().startsWith("skywire.")) {
              return meter;
            }
            tracing.addAll(tracingThreads());
            throw new IllegalStateException("refused: " + meter.getName());
          }
        };
    Variables variables =
        new Variables(
            Map.of(
                "DATABASE_URL",
                "postgresql://user:password@127.0.0.1:1/skywire",
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "http://127.0.0.1:1"));
    try (Metrics metrics = Metrics.open()) {
      metrics.registry().config().meterFilter(refusing);
      assertThatThrownBy(() -> SinkProcess.start(variables, metrics))
          .hasStackTraceContaining("refused: skywire.sink.");
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
