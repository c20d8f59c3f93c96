package io.skywire.ingester.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelayLimitsTest {
  private static final String[] NAMES = {
    "framesMax",
    "bytesMax",
    "frameBytesMax",
    "connectTimeout",
    "pingInterval",
    "silenceMax",
    "fullMax"
  };

  /** All are 1 but one. */
  private static RelayLimits with(int which, int value) {
    int[] values = {1, 1, 1, 1, 1, 1, 1};
    values[which] = value;
    return new RelayLimits(
        values[0],
        values[1],
        values[2],
        Duration.ofMillis(values[3]),
        Duration.ofMillis(values[4]),
        Duration.ofMillis(values[5]),
        Duration.ofMillis(values[6]));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
  void eachIsMoreThanNothing(int which) {
    assertThat(with(which, 1)).isNotNull();
    for (int value : new int[] {0, -1}) {
      assertThatThrownBy(() -> with(which, value))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(NAMES[which] + " is " + value + ", expected more than 0");
    }
  }

  /** Each is what it is for the reason beside it: who changes it reads it here. */
  @Test
  void defaultsAreTheseForTheirReasons() {
    RelayLimits limits = RelayLimits.defaults();
    // A few seconds of the firehose at its busiest, and as many frames as four batches.
    assertThat(limits.framesMax()).isEqualTo(2_000);
    // With what a batch makes of it, it fits into a heap of 256 MiB.
    assertThat(limits.bytesMax()).isEqualTo(64L << 20);
    // The protocol's largest event, and 64 KiB for the header before it.
    assertThat(limits.frameBytesMax()).isEqualTo((5 << 20) + (64 << 10));
    // For name, TCP, TLS and WebSocket together, each a round trip or two around the world.
    assertThat(limits.connectTimeout()).isEqualTo(Duration.ofSeconds(10));
    // Two pings may be lost before a third stands for silence; routers forget after a minute.
    assertThat(limits.pingInterval()).isEqualTo(Duration.ofSeconds(20));
    assertThat(limits.silenceMax()).isEqualTo(limits.pingInterval().multipliedBy(3));
    // Longer than Kafka is waited for (25 s), so that its failure is told as what it is.
    assertThat(limits.fullMax()).isEqualTo(Duration.ofSeconds(30));
    // Room for a frame that is too large, whose head becomes a dead letter: not for one on end.
    assertThat(limits.endlessBytes()).isEqualTo(16L * limits.frameBytesMax());
  }

  @Test
  void whatIsSetReplacesTheDefaultsAndNothingElse() {
    RelayLimits limits =
        RelayLimits.defaults()
            .withBuffer(1, 2, Duration.ofMillis(3))
            .withSilence(Duration.ofMillis(4), Duration.ofMillis(5));
    assertThat(limits)
        .isEqualTo(
            new RelayLimits(
                1,
                2,
                RelayLimits.defaults().frameBytesMax(),
                RelayLimits.defaults().connectTimeout(),
                Duration.ofMillis(4),
                Duration.ofMillis(5),
                Duration.ofMillis(3)));
  }

  @Test
  void aFrameIsEndlessAtSixteenTimesTheLargest() {
    assertThat(with(2, Integer.MAX_VALUE).endlessBytes()).isEqualTo(16L * Integer.MAX_VALUE);
  }
}
