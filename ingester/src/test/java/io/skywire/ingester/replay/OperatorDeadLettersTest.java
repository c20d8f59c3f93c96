package io.skywire.ingester.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.settings.Variables;
import io.skywire.common.topic.KafkaSettings;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OperatorDeadLettersTest {
  private static final Map<String, String> WEAKENED =
      Map.of(
          "SPRING_KAFKA_PROPERTIES_ACKS", "1",
          "SPRING_KAFKA_PROPERTIES_ENABLE_IDEMPOTENCE", "false",
          "SPRING_KAFKA_PROPERTIES_ISOLATION_LEVEL", "read_uncommitted",
          "SPRING_KAFKA_PROPERTIES_ENABLE_AUTO_COMMIT", "true",
          "SPRING_KAFKA_PROPERTIES_AUTO_OFFSET_RESET", "none");

  private static OperatorDeadLetters with(Map<String, String> more) {
    Map<String, String> variables = new HashMap<>(more);
    variables.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1");
    return new OperatorDeadLetters(KafkaSettings.from(new Variables(variables)));
  }

  @Test
  void readsOnlyWhatIsCommittedAndFromWhereTheTopicIsKept() {
    assertThat(with(WEAKENED).consumerProperties())
        .containsEntry("isolation.level", "read_committed")
        .containsEntry("enable.auto.commit", false)
        .containsEntry("auto.offset.reset", "earliest");
  }

  @Test
  void replaysInTransactionsThatFenceAnotherReplayOnly() {
    assertThat(with(WEAKENED).producerProperties())
        .containsEntry("transactional.id", "skywire-dead-letters")
        .containsEntry("acks", "all")
        .containsEntry("enable.idempotence", true);
  }

  @Test
  void holdsLittleAndWaitsForSecondsOnly() {
    assertThat(with(Map.of()).consumerProperties())
        .containsEntry("fetch.max.bytes", 8 * 1024 * 1024)
        .containsEntry("max.partition.fetch.bytes", 8 * 1024 * 1024)
        .containsEntry("max.poll.records", 100)
        .containsEntry("default.api.timeout.ms", 10_000)
        .containsEntry("request.timeout.ms", 5_000);
    assertThat(with(Map.of()).producerProperties())
        .containsEntry("transaction.timeout.ms", 10_000)
        .containsEntry("request.timeout.ms", 5_000)
        .containsEntry("delivery.timeout.ms", 10_000)
        .containsEntry("max.block.ms", 10_000L)
        .containsEntry("linger.ms", 0)
        .containsEntry("max.request.size", 16 * 1024 * 1024)
        .containsEntry("compression.type", "lz4");
    assertThat(
            with(Map.of("SPRING_KAFKA_PROPERTIES_COMPRESSION_TYPE", "zstd")).producerProperties())
        .containsEntry("compression.type", "zstd");
  }
}
