package io.skywire.ingester;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.skywire.common.lifecycle.Backoff;
import io.skywire.common.settings.Variables;
import io.skywire.common.topic.IngesterStatus;
import io.skywire.embedded.relay.CommitFrame;
import io.skywire.ingester.status.StatusBoard;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** The loop alone, on the test's own thread: it ends when the relay has nothing left to play. */
abstract class IngesterSetUp {
  static final Instant NOON = Instant.parse("2026-07-04T12:00:00Z");
  static final Duration STEADY = Duration.ofSeconds(5);
  static final Duration SHORTEST = Duration.ofMillis(1);

  /** Each pause is the longest that it may be. */
  static final RandomGenerator LONGEST =
      new RandomGenerator() {
        @Override
        public long nextLong() {
          return Long.MAX_VALUE;
        }

        @Override
        public long nextLong(long bound) {
          return bound - 1;
        }
      };

  final AtomicLong nanoTime = new AtomicLong();
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final IngesterSettings settings =
      IngesterSettings.from(
          new Variables(
              Map.of(
                  "RELAY_URL",
                  "ws://relay.example",
                  "RELAY_START",
                  "5",
                  "SKYWIRE_BATCH_MIB_MAX",
                  "1")));
  final Backoff backoff = new Backoff(SHORTEST, Duration.ofSeconds(30), LONGEST);
  Instant now = NOON;
  final StatusBoard board = new StatusBoard("relay.example", () -> now);
  final PlayedParts parts = new PlayedParts(settings);
  final Ingester ingester =
      new Ingester(
          parts, settings, board, new IngesterMetrics(registry), backoff, () -> now, nanoTime::get);

  void run() throws InterruptedException {
    parts.atTheEnd = ingester::stop;
    ingester.run();
    assertThat(parts.allClosed()).isTrue();
    assertThat(parts.hasLeft()).isTrue();
  }

  static byte[] frame(long seq) {
    return frame(seq, "hello");
  }

  static byte[] frame(long seq, String text) {
    return new CommitFrame().seq(seq).create("a.b.c/one", Map.of("text", text)).bytes();
  }

  IngesterStatus status() {
    return board.read().orElseThrow();
  }

  double count(String name, String... tags) {
    return registry.get("skywire.ingester." + name).tags(tags).counter().count();
  }
}
