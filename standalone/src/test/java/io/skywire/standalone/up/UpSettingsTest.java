package io.skywire.standalone.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UpSettingsTest {
  @Test
  void namesTheVariablesThatItIgnoresAndPassesTheOthersOn() {
    UpSettings settings =
        UpSettings.from(
            new Variables(
                Map.of(
                    "DATABASE_URL", "postgresql://production",
                    "KAFKA_BOOTSTRAP_SERVERS", "",
                    "SPRING_KAFKA_SECURITY_PROTOCOL", "SSL",
                    "SKYWIRE_METRICS_PORT", "9100",
                    "EVENT_RETENTION_DAYS", "3")));

    assertThat(settings.ignored())
        .containsExactly("DATABASE_URL", "SKYWIRE_METRICS_PORT", "SPRING_KAFKA_SECURITY_PROTOCOL");
    Variables variables = settings.forProcesses(Map.of("DATABASE_URL", "postgresql://own"));
    assertThat(variables.all())
        .containsEntry("DATABASE_URL", "postgresql://own")
        .containsEntry("EVENT_RETENTION_DAYS", "3")
        .containsEntry("SKYWIRE_INSTANCE", "up")
        .doesNotContainKeys(
            "KAFKA_BOOTSTRAP_SERVERS", "SKYWIRE_METRICS_PORT", "SPRING_KAFKA_SECURITY_PROTOCOL");
  }

  @Test
  void tellsOtherCommandsWhichRelayAndTopicItWorksWith() {
    UpSettings settings =
        UpSettings.from(
            new Variables(
                Map.of("RELAY_URL", "ws://localhost:2583", "SKYWIRE_EVENT_PARTITIONS", "3")));

    assertThat(settings.relay())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "RELAY_URL", "ws://localhost:2583",
                "SKYWIRE_RELAY_NAME", "localhost:2583",
                "SKYWIRE_EVENT_PARTITIONS", "3"));
    assertThat(UpSettings.from(new Variables(Map.of())).relay())
        .containsEntry("RELAY_URL", "wss://bsky.network");
  }

  @Test
  void refusesAPortThatIsTaken() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(other.getLocalPort());
      UpSettings settings =
          UpSettings.from(new Variables(Map.of("PORT", port, "SKYWIRE_BIND", "127.0.0.1")));

      assertThatThrownBy(settings::requireFreePort)
          .isInstanceOf(InvalidSettingException.class)
          .hasMessageStartingWith("PORT is '" + port + "'; expected a free port");
    }
  }
}
