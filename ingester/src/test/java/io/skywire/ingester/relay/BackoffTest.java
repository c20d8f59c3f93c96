package io.skywire.ingester.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BackoffTest {
  /** Draws the longest pause that is allowed. */
  private static final class Longest implements RandomGenerator {
    @Override
    public long nextLong() {
      throw new UnsupportedOperationException("only bounded draws");
    }

    @Override
    public long nextLong(long bound) {
      return bound - 1;
    }
  }

  private final Backoff backoff = new Backoff(new Longest());

  @Test
  void doublesFromAFifthOfASecondToHalfAMinute() {
    for (long millis : new long[] {200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000}) {
      assertThat(pause()).isEqualTo(Duration.ofMillis(millis));
    }
    assertThat(pause()).isEqualTo(Backoff.MAX);
  }

  @Test
  void startsAnewAfterASessionThatDelivered() {
    pause();
    pause();
    assertThat(backoff.pauseAfter(Backoff.GOOD_SESSION.minusMillis(1), Optional.empty()))
        .isEqualTo(Duration.ofMillis(800));
    assertThat(backoff.pauseAfter(Backoff.GOOD_SESSION, Optional.empty())).isEqualTo(Backoff.FIRST);
  }

  @Test
  void waitsAsLongAsTheRelayAskedWithinBounds() {
    assertThat(backoff.pauseAfter(Duration.ZERO, Optional.of(Duration.ofSeconds(40))))
        .isEqualTo(Duration.ofMillis(40_200));
    assertThat(backoff.pauseAfter(Duration.ZERO, Optional.of(Duration.ofDays(9_999))))
        .isEqualTo(Backoff.RETRY_AFTER_MAX.plusMillis(400));
  }

  @Test
  void spreadsOverTheWholeInterval() {
    long seed = System.nanoTime();
    Backoff spread = new Backoff(new Random(seed));
    double sum = 0;
    for (int i = 0; i < 1_000; i++) {
      Duration pause = spread.pauseAfter(Backoff.GOOD_SESSION, Optional.empty());
      assertThat(pause).as("seed %d", seed).isBetween(Duration.ofNanos(1), Backoff.FIRST);
      sum += pause.toNanos();
    }
    assertThat(sum / 1_000 / Backoff.FIRST.toNanos()).as("seed %d", seed).isBetween(0.4, 0.6);
  }

  private Duration pause() {
    return backoff.pauseAfter(Duration.ZERO, Optional.empty());
  }
}
