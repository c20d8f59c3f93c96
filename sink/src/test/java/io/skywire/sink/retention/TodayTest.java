package io.skywire.sink.retention;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class TodayTest {
  private static final Instant NOON = Instant.parse("2026-07-20T12:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);

  private Today today = new Today(null, null, null);

  @Test
  void theFirstClaimIsBelieved() {
    assertThat(believedAt(NOON)).isEqualTo("2026-07-20");
  }

  @Test
  void theNextDayIsBelievedAtOnce() {
    believedAt(NOON);
    assertThat(believedAt(NOON.plus(DAY))).isEqualTo("2026-07-21");
  }

  @Test
  void aLeapIsBelievedWhenItHasStoodForADay() {
    believedAt(NOON);
    Instant leap = NOON.plus(DAY.multipliedBy(30));
    assertThat(believedAt(leap)).isEqualTo("2026-07-20");
    assertThat(believedAt(leap.plus(DAY).minusMillis(1))).isEqualTo("2026-07-20");
    assertThat(believedAt(leap.plus(DAY))).isEqualTo("2026-08-20");
  }

  @Test
  void aLeapThatIsTakenBackCountsAnewWhenItComesAgain() {
    believedAt(NOON);
    Instant leap = NOON.plus(DAY.multipliedBy(30));
    believedAt(leap);
    assertThat(believedAt(NOON.plusSeconds(60))).isEqualTo("2026-07-20");
    assertThat(believedAt(leap.plus(DAY))).isEqualTo("2026-07-20");
    assertThat(believedAt(leap.plus(DAY.multipliedBy(2)))).isEqualTo("2026-08-21");
  }

  @Test
  void aLeapIsBelievedWhenAnotherFollows() {
    believedAt(NOON);
    believedAt(NOON.plus(DAY.multipliedBy(3)));
    assertThat(believedAt(NOON.plus(DAY.multipliedBy(6)))).isEqualTo("2026-07-23");
    assertThat(believedAt(NOON.plus(DAY.multipliedBy(9)))).isEqualTo("2026-07-26");
  }

  @Test
  void aClockThatIsBehindTakesNothingBack() {
    believedAt(NOON);
    assertThat(believedAt(NOON.minus(DAY.multipliedBy(30)))).isEqualTo("2026-07-20");
  }

  private String believedAt(Instant now) {
    today = today.claim(LocalDate.ofInstant(now, ZoneOffset.UTC), now);
    return String.valueOf(today.believed());
  }
}
