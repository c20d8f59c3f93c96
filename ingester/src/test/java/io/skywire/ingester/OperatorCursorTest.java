package io.skywire.ingester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.common.lifecycle.FatalException;
import io.skywire.common.settings.Variables;
import io.skywire.ingester.publish.FencedException;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class OperatorCursorTest {
  private final PlayedParts parts =
      new PlayedParts(
          IngesterSettings.from(new Variables(Map.of("RELAY_URL", "ws://relay.example"))));

  /** An ingester that begins to lead just then. */
  @Test
  void whoIsFencedWhileSettingTheCursorTriesAgain() throws Exception {
    parts.commit(50);
    parts.fenced = OperatorCursor.TRIES_MAX - 1;

    assertThat(Objects.requireNonNull(OperatorCursor.set(parts, 100, false)).seq()).isEqualTo(50);
    assertThat(parts.committed()).isEqualTo(100);
    assertThat(parts.producers).hasSize(OperatorCursor.TRIES_MAX);
    assertThat(parts.allClosed()).isTrue();
  }

  @Test
  void whoIsFencedEachTimeSaysSoAndHasSetNothing() {
    parts.commit(50);
    parts.fenced = Integer.MAX_VALUE;

    assertThatThrownBy(() -> OperatorCursor.set(parts, 100, false))
        .isInstanceOf(FencedException.class);
    assertThat(parts.committed()).isEqualTo(50);
    assertThat(parts.producers).hasSize(OperatorCursor.TRIES_MAX);
    assertThat(parts.allClosed()).isTrue();
  }

  @Test
  void whatWouldBeRepeatedIsRefusedUnlessItIsWanted() throws Exception {
    parts.commit(50);

    assertThatThrownBy(() -> OperatorCursor.set(parts, 49, false))
        .isInstanceOf(FatalException.class)
        .hasMessageContaining("cursor 49 is below the committed 50", "--replay");
    assertThat(parts.committed()).isEqualTo(50);
    assertThat(parts.allClosed()).isTrue();
    OperatorCursor.set(parts, 49, true);
    assertThat(parts.committed()).isEqualTo(49);
  }
}
