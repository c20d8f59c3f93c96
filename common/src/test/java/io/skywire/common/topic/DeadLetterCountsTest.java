package io.skywire.common.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLetterCountsTest {
  private static final Instant NOON = Instant.parse("2026-07-04T12:00:00Z");

  private Instant now = NOON;

  @Test
  void whatIsKeptIsCountedByReasonUntilItBeginsAnew() {
    DeadLetterTally tally = new DeadLetterTally(() -> now);
    assertThat(tally.read()).isEqualTo(new DeadLetterCounts(NOON, null, Map.of()));
    now = NOON.plusSeconds(1);
    tally.kept("malformed");
    now = NOON.plusSeconds(2);
    tally.kept("flawed_op");
    tally.kept("malformed");
    DeadLetterCounts counts = tally.read();
    assertThat(counts)
        .isEqualTo(new DeadLetterCounts(NOON, now, Map.of("malformed", 2L, "flawed_op", 1L)));
    now = NOON.plusSeconds(9);
    tally.beginAnew();
    assertThat(tally.read()).isEqualTo(new DeadLetterCounts(now, null, Map.of()));
    assertThat(counts.byReason()).as("what was read stays").hasSize(2);
  }

  @Test
  void isWrittenAsTheDatabaseAndTheTopicHaveIt() {
    DeadLetterCounts counts =
        new DeadLetterCounts(NOON, NOON.plusMillis(5), Map.of("malformed", 2L, "flawed_op", 1L));
    assertThat(counts.toJson())
        .isEqualTo(
            "{\"since\":\"2026-07-04T12:00:00Z\",\"last_at\":\"2026-07-04T12:00:00.005Z\",\"by_reason\":{\"flawed_op\":1,\"malformed\":2}}");
    assertThat(DeadLetterCounts.fromJson(counts.toJson())).isEqualTo(counts);
  }

  @Test
  void thoseOfSeveralAreOnesSinceTheFirstBegan() {
    DeadLetterCounts one =
        new DeadLetterCounts(NOON, NOON.plusSeconds(70), Map.of("a", 1L, "b", 2L));
    DeadLetterCounts other = new DeadLetterCounts(NOON.plusSeconds(60), null, Map.of());
    DeadLetterCounts third =
        new DeadLetterCounts(NOON.plusSeconds(30), NOON.plusSeconds(80), Map.of("b", 3L));
    assertThat(DeadLetterCounts.sum(List.of(other, one, third)))
        .isEqualTo(new DeadLetterCounts(NOON, NOON.plusSeconds(80), Map.of("a", 1L, "b", 5L)));
    assertThat(DeadLetterCounts.sum(List.of(other))).isEqualTo(other);
    assertThat(DeadLetterCounts.sum(List.of())).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"since\":\"2026-07-04T12:00:00Z\"}",
        "{\"since\":\"yesterday\",\"by_reason\":{}}",
        "{\"since\":\"2026-07-04T12:00:00Z\",\"by_reason\":{\"a\":null}}"
      })
  void refusesWhatAreNoCountsInOneWay(String json) {
    assertThatThrownBy(() -> DeadLetterCounts.fromJson(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no counts of dead letters: ");
  }
}
