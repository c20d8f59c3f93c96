package io.skywire.common.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final Duration MIN = Duration.ofMillis(100);
  private static final Duration MAX = Duration.ofSeconds(5);

  @Test
  void theFirstWaitIsTheShortestAndNoneIsBeyondTheLongest() {
    Backoff backoff = new Backoff(MIN, MAX, new Random(1));
    assertThat(backoff.next()).isEqualTo(MIN);
    TreeSet<Duration> waits = new TreeSet<>();
    for (int i = 0; i < 1000; i++) {
      waits.add(backoff.next());
    }
    assertThat(waits.first()).isGreaterThanOrEqualTo(MIN);
    assertThat(waits.last()).isBetween(Duration.ofSeconds(4), MAX);
    assertThat(waits).as("jitter").hasSizeGreaterThan(100);
  }

  @Test
  void afterALimitTheNextWaitIsNoLonger() {
    for (int seed = 0; seed < 100; seed++) {
      Backoff backoff = new Backoff(MIN, MAX, new Random(seed));
      for (int i = 0; i < 10; i++) {
        backoff.next();
      }
      backoff.limit(Duration.ofSeconds(1));
      assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofSeconds(1));
    }
    Backoff fresh = new Backoff(MIN, MAX, new Random(1));
    fresh.limit(Duration.ofSeconds(1));
    assertThat(fresh.next()).isEqualTo(MIN);
  }

  @Test
  void afterAResetTheNextFailureIsAFirstOne() {
    Backoff backoff = new Backoff(MIN, MAX, new Random(1));
    for (int i = 0; i < 10; i++) {
      backoff.next();
    }
    backoff.reset();
    assertThat(backoff.next()).isEqualTo(MIN);
  }
}
