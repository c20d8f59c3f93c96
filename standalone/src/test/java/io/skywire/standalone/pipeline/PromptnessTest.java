package io.skywire.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromptnessTest {
  private static final Duration MAX = Duration.ofSeconds(1);

  @Test
  void anEventInTimeIsEnough() throws Exception {
    assertThat(triesOf(List.of(200), List.of(999))).isEqualTo(1);
    assertThat(triesOf(List.of(1_500), List.of(999))).isEqualTo(1);
  }

  @Test
  void aLateOneAfterAControlInTimeFailsAtOnce() {
    assertThatThrownBy(() -> triesOf(List.of(999, 200), List.of(1_000, 200)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("0.999S");
  }

  @Test
  void aLateOneAfterALateControlIsTriedAgain() throws Exception {
    assertThat(triesOf(List.of(1_000, 1_000, 200), List.of(2_000, 2_000, 200))).isEqualTo(3);
  }

  @Test
  void butNotForEver() {
    assertThatThrownBy(() -> triesOf(List.of(2_000, 2_000, 2_000), List.of(2_000, 2_000, 2_000)))
        .isInstanceOf(AssertionError.class);
  }

  /** How often something bad was sent. */
  private static int triesOf(List<Integer> controls, List<Integer> afterBad) throws Exception {
    Deque<Integer> controlsLeft = new ArrayDeque<>(controls);
    Deque<Integer> left = new ArrayDeque<>(afterBad);
    Promptness.assertReadableWithin(
        MAX,
        () -> Duration.ofMillis(controlsLeft.remove()),
        () -> Duration.ofMillis(left.remove()));
    assertThat(controlsLeft).hasSameSizeAs(left);
    return afterBad.size() - left.size();
  }
}
