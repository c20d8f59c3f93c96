package io.skywire.common.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaSettingsTest {
  @Test
  void passesSecuritySettingsOnToEveryClient() {
    KafkaSettings settings =
        KafkaSettings.from(
            new Variables(
                Map.of(
                    "KAFKA_BOOTSTRAP_SERVERS", "one:9092,two:9093",
                    "SPRING_KAFKA_SECURITY_PROTOCOL", "SASL_SSL",
                    "SPRING_KAFKA_PROPERTIES_SASL_MECHANISM", "SCRAM-SHA-512")));
    for (Map<String, Object> client :
        List.of(settings.producer(), settings.consumer(), settings.admin())) {
      assertThat(client)
          .containsEntry("bootstrap.servers", "one:9092,two:9093")
          .containsEntry("security.protocol", "SASL_SSL")
          .containsEntry("sasl.mechanism", "SCRAM-SHA-512");
    }
  }

  @Test
  void refusesServersWithoutPort() {
    assertThatThrownBy(
            () -> KafkaSettings.from(new Variables(Map.of("KAFKA_BOOTSTRAP_SERVERS", "broker"))))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessage("KAFKA_BOOTSTRAP_SERVERS is 'broker'; expected host:port[,host:port…]");
  }

  @Test
  void refusesASettingThatDoesNotFit() {
    assertThatThrownBy(() ->
            KafkaSettings.from(new Variables(Map.of("SPRING_KAFKA_PRODUCER_RETRIES", "many"))))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("producer.retries");
  }
}
