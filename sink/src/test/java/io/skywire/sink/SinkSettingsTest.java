package io.skywire.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SinkSettingsTest {
  private static final int MIB = 1024 * 1024;

  @Test
  void defaultsAreTheDocumentedOnes() {
    SinkSettings settings = settings(Map.of());
    assertThat(settings.eventPartitions()).isEqualTo(6);
    assertThat(settings.batch().eventsMax()).isEqualTo(10_000);
    assertThat(settings.batch().bytesMax()).isEqualTo(16 * MIB);
    assertThat(settings.compress()).isTrue();
    assertThat(settings.instance()).isNull();
    assertThat(settings.retentionDays()).isEqualTo(7);
    assertThat(settings.migrate()).isTrue();
  }

  @Test
  void countsAreOnAndRoutesAreNone() {
    assertThat(settings(Map.of()).stats()).isTrue();
    assertThat(settings(Map.of()).routes().isEmpty()).isTrue();
    assertThat(settings(Map.of("SKYWIRE_STATS", "off")).needsStreams()).isFalse();
    SinkSettings routed =
        settings(Map.of("SKYWIRE_STATS", "off", "SKYWIRE_ROUTES", "app.bsky.feed.*=team"));
    assertThat(routed.stats()).isFalse();
    assertThat(routed.needsStreams()).isTrue();
    assertThat(routed.routes().topics()).containsExactly("team");
    assertThatThrownBy(() -> settings(Map.of("SKYWIRE_STATS", "yes")))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessage("SKYWIRE_STATS is 'yes'; expected on or off");
  }

  @Test
  void namesAreTheDocumentedOnes() {
    SinkSettings settings =
        settings(
            Map.of(
                "SKYWIRE_EVENT_PARTITIONS", "3",
                "SKYWIRE_SINK_BATCH_EVENTS_MAX", "100",
                "SKYWIRE_SINK_BATCH_MIB_MAX", "2",
                "SKYWIRE_SINK_COMPRESS", "false",
                "SKYWIRE_INSTANCE", "one",
                "EVENT_RETENTION_DAYS", "30",
                "SKYWIRE_MIGRATE", "false"));
    assertThat(settings.eventPartitions()).isEqualTo(3);
    assertThat(settings.batch().eventsMax()).isEqualTo(100);
    assertThat(settings.batch().bytesMax()).isEqualTo(2 * MIB);
    assertThat(settings.compress()).isFalse();
    assertThat(settings.instance()).isEqualTo("one");
    assertThat(settings.retentionDays()).isEqualTo(30);
    assertThat(settings.migrate()).isFalse();
  }

  @Test
  void aWrongRetentionIsNamed() {
    for (String wrong : new String[] {"0", "-1", "366", "a week"}) {
      assertThatThrownBy(() -> settings(Map.of("EVENT_RETENTION_DAYS", wrong)))
          .isInstanceOf(InvalidSettingException.class)
          .hasMessageContaining("EVENT_RETENTION_DAYS")
          .hasMessageContaining(wrong)
          .hasMessageContaining("a whole number from 1 to 365");
    }
  }

  private static SinkSettings settings(Map<String, String> variables) {
    Map<String, String> all = new HashMap<>(variables);
    all.put("DATABASE_URL", "postgresql://me:secret@localhost:5432/sky");
    return SinkSettings.from(new Variables(all));
  }
}
