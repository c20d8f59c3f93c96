package io.skywire.api.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ThroughputTest {
  private static final Instant NOW = Instant.parse("2026-07-04T03:00:00Z");

  private final Throughput throughput = new Throughput();

  @Test
  void nothingIsKnownBeforeTheSecondLook() {
    assertThat(throughput.mark(100L, NOW)).isNull();
    assertThat(throughput.rates()).isNull();
    assertThat(throughput.mark(100L, NOW.plusSeconds(2))).isEqualTo(mark(100, 0));
  }

  @Test
  void countsOverTheLastTenSeconds() {
    throughput.mark(0L, NOW);
    for (int second = 2; second <= 20; second += 2) {
      long commits = second <= 8 ? 1_000 : 20;
      throughput.add(mark(second * 100L, second), Map.of("commit", commits, "sync", 4L), false);
    }
    Throughput.Rates rates = Objects.requireNonNull(throughput.rates());
    assertThat(rates.byType()).containsExactly(Map.entry("commit", 10.0), Map.entry("sync", 2.0));
    assertThat(rates.total()).isEqualTo(12);
    assertThat(rates.seconds()).isEqualTo(12);
    assertThat(rates.estimated()).isFalse();
  }

  @Test
  void whatStandsStillIsZeroAndNotUnknown() {
    throughput.mark(5L, NOW);
    throughput.add(mark(5, 2), Map.of(), false);
    assertThat(Objects.requireNonNull(throughput.rates()).total()).isZero();
  }

  @Test
  void beginsAnewAfterAPauseAndWhenTheWatermarkFalls() {
    throughput.mark(100L, NOW);
    throughput.add(mark(200, 2), Map.of("commit", 100L), false);
    assertThat(throughput.mark(150L, NOW.plusSeconds(4))).as("another database").isNull();
    assertThat(throughput.rates()).isNull();
    throughput.add(mark(250, 6), Map.of("commit", 100L), true);
    assertThat(Objects.requireNonNull(throughput.rates()).estimated()).isTrue();
    assertThat(throughput.mark(300L, NOW.plusSeconds(17))).as("nobody watched").isNull();
    assertThat(throughput.rates()).isNull();
    assertThat(throughput.mark(null, NOW.plusSeconds(18))).as("nothing readable").isNull();
  }

  @Test
  void aFewTypesAreNamedAndTheRestIsOne() {
    Map<String, Long> sums = new LinkedHashMap<>();
    for (int i = 1; i <= 9; i++) {
      sums.put("type" + i, (long) i);
    }
    assertThat(Throughput.most(sums, 2, Throughput.OTHERS))
        .containsExactly(
            Map.entry("type9", 9L), Map.entry("type8", 8L), Map.entry(Throughput.OTHERS, 28L));
  }

  private static Throughput.Mark mark(long watermark, int second) {
    return new Throughput.Mark(watermark, NOW.plusSeconds(second));
  }
}
