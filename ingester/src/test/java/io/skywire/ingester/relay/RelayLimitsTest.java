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

  @Test
  void aFrameIsEndlessAtSixteenTimesTheLargest() {
    assertThat(with(2, Integer.MAX_VALUE).endlessBytes()).isEqualTo(16L * Integer.MAX_VALUE);
  }
}
