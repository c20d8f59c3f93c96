package io.skywire.sink.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class StatsMetricsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final StatsMetrics metrics = new StatsMetrics(registry);

  @Test
  void whatIsStoredAndWhatFailsIsCounted() {
    metrics.stored(7);
    metrics.storeFailed();
    metrics.streamsFailed();
    assertThat(count("stats.rows")).isEqualTo(7);
    assertThat(count("stats.failures")).isEqualTo(1);
    assertThat(count("streams.failures")).isEqualTo(1);
  }

  @Test
  void whetherKafkaStreamsWorksIsOneOrZero() {
    AtomicBoolean works = new AtomicBoolean();
    metrics.watchStreams(works::get, () -> false);
    assertThat(running()).isZero();
    works.set(true);
    assertThat(running()).isEqualTo(1);
  }

  private double count(String name) {
    return registry.get("skywire.sink." + name).counter().count();
  }

  private double running() {
    return registry.get("skywire.sink.streams.running").gauge().value();
  }
}
