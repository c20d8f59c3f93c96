package io.skywire.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

/**
 * Whether a good event is readable in time after something bad. Others use the machine too, so each
 * try begins with a control, a good event that nothing bad precedes: where that one is late too,
 * the try says nothing and there is another; where it is not, what was bad is to blame.
 */
final class Promptness {
  private static final int TRIES = 3;

  private Promptness() {}

  /** An event is sent. */
  interface Sending {
    /** How long it takes until it can be read. */
    Duration timeToGood() throws Exception;
  }

  /**
   * @param good sends a good event
   * @param afterBad sends something bad and a good event after it
   */
  static void assertReadableWithin(Duration max, Sending good, Sending afterBad) throws Exception {
    Duration control = Duration.ZERO;
    Duration took = max;
    for (int tried = 0; tried < TRIES && took.compareTo(max) >= 0; tried++) {
      control = good.timeToGood();
      took = afterBad.timeToGood();
      if (control.compareTo(max) < 0) {
        break;
      }
    }
    assertThat(took)
        .as("the next good event; one without anything bad took %s", control)
        .isLessThan(max);
  }
}
