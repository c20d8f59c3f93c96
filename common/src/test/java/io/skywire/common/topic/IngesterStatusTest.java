package io.skywire.common.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IngesterStatusTest {
  private static final Instant NOW = Instant.parse("2026-07-04T14:38:09.012Z");

  @Test
  void comesBackFromItsJson() {
    IngesterStatus status =
        new IngesterStatus("bsky.network", true, NOW, 31_527_015_322L, 0.25, null, NOW);

    assertThat(IngesterStatus.fromJson(status.toJson())).isEqualTo(status);
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
