package io.skywire.standalone.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SinceTest {
  private static final Instant NOW = Instant.parse("2026-07-04T12:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "90s, 2026-07-04T11:58:30Z",
    "30m, 2026-07-04T11:30:00Z",
    "24h, 2026-07-03T12:00:00Z",
    "7d, 2026-06-27T12:00:00Z",
    "2026-07-04T14:00:00Z, 2026-07-04T14:00:00Z",
    "2026-07-04T14:00:00+02:00, 2026-07-04T12:00:00Z"
  })
  void isATimeOrHowLongAgo(String text, Instant expected) {
    assertThat(Since.parse(text, NOW)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yesterday", "7", "-7d", "7w", "1234567d", "2026-07-04", "١h"})
  void anythingElseIsNone(String text) {
    assertThat(Since.parse(text, NOW)).isNull();
  }
}
