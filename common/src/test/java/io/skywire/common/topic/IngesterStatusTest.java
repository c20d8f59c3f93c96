package io.skywire.common.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IngesterStatusTest {
  private static final Instant NOW = Instant.parse("2026-07-04T14:38:09.012Z");

  @Test
  void comesBackFromItsJson() {
    IngesterStatus status =
        new IngesterStatus(
            "bsky.network",
            true,
            NOW,
            31_527_015_322L,
            0.25,
            null,
            NOW,
            new DeadLetterCounts(NOW, NOW, Map.of("malformed", 3L)));

    assertThat(IngesterStatus.fromJson(status.toJson())).isEqualTo(status);
  }

  /** Two releases run side by side while one is rolled out. */
  @Test
  void whatAnotherReleaseTellsLessOrMoreIsNoHindrance() {
    IngesterStatus expected =
        new IngesterStatus("bsky.network", true, null, 7L, 0, null, NOW, null);
    for (String more : new String[] {"", ",\"of_later\":{\"a\":[1]}"}) {
      String json =
          """
          {"relay":"bsky.network","connected":true,"last_frame_at":null,"cursor":7,"behind_seconds":0.0,
           "problem":null,"written_at":"2026-07-04T14:38:09.012Z"%s}
          """
              .formatted(more);
      assertThat(IngesterStatus.fromJson(json.getBytes(StandardCharsets.UTF_8)))
          .isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "null", "[]", "{}", "7", "{\"relay\":\"r\"}", "{\"relay\":null}", "\u0000"})
  void refusesWhatIsNoStatusInOneWay(String json) {
    assertThatThrownBy(() -> IngesterStatus.fromJson(json.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no status: ");
  }
}
