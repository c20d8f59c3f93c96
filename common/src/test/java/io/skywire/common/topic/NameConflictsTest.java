package io.skywire.common.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class NameConflictsTest {
  // The clock of the JVM may be anywhere, and overflow.
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final NameConflicts conflicts = new NameConflicts(now::get);

  @Test
  void theThirdInAMinuteProvesThatAnotherHasTheName() {
    assertThat(conflicts.add()).isFalse();
    now.addAndGet(Duration.ofSeconds(30).toNanos());
    assertThat(conflicts.add()).isFalse();
    now.addAndGet(Duration.ofSeconds(30).toNanos());
    assertThat(conflicts.add()).isTrue();
  }

  @Test
  void thoseOfLongAgoCountNoMore() {
    for (int minute = 0; minute < 10; minute++) {
      assertThat(conflicts.add()).isFalse();
      now.addAndGet(Duration.ofSeconds(31).toNanos());
    }
  }
}
