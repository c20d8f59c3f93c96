package io.skywire.api.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.api.filters.EventFilter;
import io.skywire.api.tokens.RequestRate.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RequestRateTest {
  private final AtomicLong nanos = new AtomicLong(-7);
  private final RequestRate rate = new RequestRate(3, nanos::get);

  private static Token token(long id, @Nullable Integer requestsPerMinute) {
    return new Token(id, "t", true, Instant.EPOCH, null, null, EventFilter.ALL, requestsPerMinute);
  }

  @Test
  void aTokenMaySendSoManyAMinuteAndThenAgain() {
    Token token = token(1, null);
    assertThat(rate.count(token)).isEqualTo(new Standing(true, 3, 2, 60));
    nanos.addAndGet(Duration.ofMillis(10_500).toNanos());
    assertThat(rate.count(token)).isEqualTo(new Standing(true, 3, 1, 50));
    assertThat(rate.count(token).allowed()).isTrue();
    assertThat(rate.count(token)).isEqualTo(new Standing(false, 3, 0, 50));
    nanos.addAndGet(Duration.ofMillis(49_499).toNanos());
    assertThat(rate.count(token)).isEqualTo(new Standing(false, 3, 0, 1));
    nanos.addAndGet(Duration.ofMillis(1).toNanos());
    assertThat(rate.count(token)).isEqualTo(new Standing(true, 3, 2, 60));
  }

  @Test
  void eachTokenIsCountedForItself() {
    for (int request = 0; request < 3; request++) {
      rate.count(token(1, null));
    }
    assertThat(rate.count(token(1, null)).allowed()).isFalse();
    assertThat(rate.count(token(2, null)).allowed()).isTrue();
    assertThat(rate.count(token(3, 1)).allowed()).isTrue();
    assertThat(rate.count(token(3, 1))).isEqualTo(new Standing(false, 1, 0, 60));
  }
}
