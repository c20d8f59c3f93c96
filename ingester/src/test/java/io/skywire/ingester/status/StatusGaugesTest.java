package io.skywire.ingester.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatusGaugesTest {
  private static final Instant NOON = Instant.parse("2026-07-04T12:00:00Z");

  private final StatusBoard board = new StatusBoard("relay.example", InstantSource.fixed(NOON));
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @BeforeEach
  void register() {
    StatusGauges.register(board, registry);
  }

  private double value(String name) {
    return registry.get("skywire.ingester." + name).gauge().value();
  }

  @Test
  void aStandbyHasNumbersOnlyForWhatItDoesNot() {
    assertThat(value("leader")).isZero();
    assertThat(value("connected")).isZero();
    assertThat(value("relay.lag")).isNaN();
    assertThat(value("last.frame.timestamp")).isNaN();
    assertThat(value("cursor.seq")).isNaN();
  }

  @Test
  void aLeaderWithoutEventsHasNoneOfTheirNumbers() {
    board.leading(null);
    assertThat(value("leader")).isEqualTo(1);
    assertThat(value("connected")).isZero();
    assertThat(value("relay.lag")).isZero();
    assertThat(value("last.frame.timestamp")).isNaN();
    assertThat(value("cursor.seq")).isNaN();
  }

  @Test
  void aLeaderThatPublishesHasAll() {
    board.leading(5L);
    board.connected();
    board.framesCameIn(NOON.plusMillis(500));
    board.published(7, "2026-07-04T11:59:57.500Z");
    assertThat(value("connected")).isEqualTo(1);
    assertThat(value("relay.lag")).isEqualTo(2.5);
    assertThat(value("last.frame.timestamp")).isEqualTo(NOON.getEpochSecond() + 0.5);
    assertThat(value("cursor.seq")).isEqualTo(7);
  }
}
