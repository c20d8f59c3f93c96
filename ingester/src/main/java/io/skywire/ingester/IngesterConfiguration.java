package io.skywire.ingester;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.skywire.common.lifecycle.Backoff;
import io.skywire.common.lifecycle.LoopThread;
import io.skywire.ingester.status.StatusBoard;
import io.skywire.ingester.status.StatusGauges;
import io.skywire.ingester.status.StatusReporter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.context.annotation.Bean;

/** The ingester's parts, all of them. Settings come from outside. */
@SpringBootConfiguration(proxyBeanMethods = false)
class IngesterConfiguration {
  private static final Duration BACKOFF_MIN = Duration.ofMillis(100);
  private static final Duration BACKOFF_MAX = Duration.ofSeconds(30);
  private static final Duration STOP_MAX = Duration.ofSeconds(5);

  @Bean
  IngesterConnections connections(IngesterSettings settings, InstantSource clock, Tracer tracer) {
    return new IngesterConnections(settings, clock, tracer);
  }

  @Bean
  StatusBoard statusBoard(IngesterSettings settings, InstantSource clock, MeterRegistry registry) {
    StatusBoard board = new StatusBoard(settings.relayName(), clock);
    StatusGauges.register(board, registry);
    return board;
  }

  @Bean
  Ingester ingesterLoop(
      IngesterConnections connections,
      IngesterSettings settings,
      StatusBoard board,
      MeterRegistry registry,
      InstantSource clock) {
    return new Ingester(
        connections,
        settings,
        board,
        new IngesterMetrics(registry),
        new Backoff(BACKOFF_MIN, BACKOFF_MAX, RandomGenerator.getDefault()),
        clock,
        System::nanoTime);
  }

  @Bean
  LoopThread ingester(Ingester ingesterLoop) {
    return new LoopThread("ingester", ingesterLoop, STOP_MAX);
  }

  @Bean
  LoopThread status(IngesterConnections connections, StatusBoard board) {
    return new LoopThread(
        "ingester-status", new StatusReporter(connections::statusProducer, board), STOP_MAX);
  }
}
