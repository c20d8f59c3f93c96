package io.skywire.standalone.doctor;

import io.skywire.common.lifecycle.RootCause;
import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import io.skywire.common.topic.EventPartitions;
import io.skywire.common.topic.KafkaSettings;
import io.skywire.common.topic.TopicAdmin;
import io.skywire.common.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Whether Kafka answers, and what the loss of a broker would do. */
final class KafkaCheck {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(8);
  private static final String KAFKA = "kafka";

  private KafkaCheck() {}

  static List<Finding> of(Variables variables) throws InterruptedException {
    try {
      KafkaSettings settings = KafkaSettings.from(variables);
      try (TopicAdmin admin = TopicAdmin.open(settings, ANSWER_MAX)) {
        return found(admin, settings, EventPartitions.from(variables));
      } catch (ExecutionException failed) {
        return List.of(
            Finding.bad(
                KAFKA,
                "%s does not answer: %s; is it running, and is KAFKA_BOOTSTRAP_SERVERS right?"
                    .formatted(settings.bootstrapServers(), RootCause.line(failed))));
      }
    } catch (InvalidSettingException toldAlready) {
      return List.of();
    }
  }

  private static List<Finding> found(TopicAdmin admin, KafkaSettings settings, int expected)
      throws ExecutionException, InterruptedException {
    int partitions;
    try {
      partitions = admin.describe(Topics.EVENTS).partitions().size();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof UnknownTopicOrPartitionException) {
        return List.of(
            Finding.warning(
                KAFKA,
                "%s answers and has no topic %s yet: the ingester makes it when it first starts"
                    .formatted(settings.bootstrapServers(), Topics.EVENTS)));
      }
      throw failed;
    }
    if (partitions != expected) {
      return List.of(
          Finding.bad(
              KAFKA,
              "topic %s has %d partitions and SKYWIRE_EVENT_PARTITIONS is %d: set it to %d"
                  .formatted(Topics.EVENTS, partitions, expected, partitions)));
    }
    Finding answers =
        Finding.ok(
            KAFKA,
            "%s answers; %s has %d partitions"
                .formatted(settings.bootstrapServers(), Topics.EVENTS, partitions));
    return Stream.concat(
            Stream.of(answers),
            admin.weaknesses().stream().map(weakness -> Finding.warning(KAFKA, weakness)))
        .toList();
  }
}
