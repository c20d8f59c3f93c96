package io.skywire.common.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PulseTest {
  // The clock of the JVM may be anywhere, and overflow.
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final Pulse pulse = new Pulse(Duration.ofNanos(10), now::get);

  @Test
  void livesAsLongAsItSaidThatItsStepMayTake() {
    now.addAndGet(9);
    assertThat(pulse.isAlive()).isTrue();
    now.addAndGet(1);
    assertThat(pulse.isAlive()).isFalse();
  }

  @Test
  void livesOnWithEachBeat() {
    now.addAndGet(10);
    pulse.beat(Duration.ofNanos(3));
    assertThat(pulse.isAlive()).isTrue();
    now.addAndGet(3);
    assertThat(pulse.isAlive()).isFalse();
  }
}
