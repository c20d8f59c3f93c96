package io.skywire.sink.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class EventsFirstTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private long now = Long.MAX_VALUE - 5;
  private boolean behind;
  private final EventsFirst first = new EventsFirst(() -> behind, () -> now);

  @Test
  void countsWaitWhileTheSinkIsBehind() {
    assertThat(waitAfter(Duration.ZERO)).isFalse();
    behind = true;
    assertThat(waitAfter(SECOND)).isTrue();
    assertThat(waitAfter(EventsFirst.WAIT_MAX.minus(SECOND))).isTrue();
    behind = false;
    assertThat(waitAfter(Duration.ZERO)).isFalse();
  }

  @Test
  void afterTenMinutesTheyGoOnForTenWhateverTheSinkHasToDo() {
    behind = true;
    assertThat(waitAfter(SECOND)).isTrue();
    assertThat(waitAfter(EventsFirst.WAIT_MAX)).isFalse();
    assertThat(waitAfter(EventsFirst.WAIT_MAX.minus(SECOND))).isFalse();
    assertThat(waitAfter(SECOND)).isTrue();
  }

  @Test
  void aMomentInBetweenGivesNoTenMinutesMore() {
    behind = true;
    assertThat(waitAfter(SECOND)).isTrue();
    assertThat(waitAfter(EventsFirst.WAIT_MAX.minus(SECOND))).isTrue();
    behind = false;
    assertThat(waitAfter(Duration.ZERO)).isFalse();
    behind = true;
    assertThat(waitAfter(SECOND)).isTrue();
    assertThat(waitAfter(SECOND.multipliedBy(2))).isFalse();
  }

  private boolean waitAfter(Duration passed) {
    now += passed.toNanos();
    return first.countsWait();
  }
}
