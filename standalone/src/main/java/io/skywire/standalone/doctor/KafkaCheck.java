package io.skywire.standalone.doctor;

import io.skywire.common.lifecycle.RootCause;
import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import io.skywire.common.topic.EventPartitions;
import io.skywire.common.topic.KafkaSettings;
import io.skywire.common.topic.TopicAdmin;
import io.skywire.common.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;

/** Whether Kafka answers, has the topics as they should be, and what the loss of a broker does. */
final class KafkaCheck {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(8);
  private static final String KAFKA = "kafka";

  /** Without that of counts, which those who do not want them need not have. */
  private static final List<String> TOPICS =
      List.of(Topics.EVENTS, Topics.CURSOR, Topics.STATUS, Topics.DEAD_LETTERS);

  private KafkaCheck() {}

  static List<Finding> of(Variables variables) throws InterruptedException {
    KafkaSettings settings;
    int expected;
    try {
      settings = KafkaSettings.from(variables);
      expected = EventPartitions.from(variables);
    } catch (InvalidSettingException toldAlready) {
      return List.of();
    }
    try (TopicAdmin admin = TopicAdmin.open(settings, ANSWER_MAX)) {
      return found(admin, settings.bootstrapServers(), expected);
    } catch (ExecutionException | KafkaException failed) {
      return List.of(unanswered(settings.bootstrapServers(), failed));
    }
  }

  static Finding unanswered(String servers, Exception failed) {
    String reason = RootCause.line(failed);
    if (RootCause.is(failed, AuthenticationException.class)) {
      return Finding.bad(
          KAFKA,
          "%s does not let this client in: %s; are TLS and SASL of SPRING_KAFKA_… right?"
              .formatted(servers, reason));
    }
    if (RootCause.is(failed, AuthorizationException.class)) {
      return Finding.bad(
          KAFKA,
          "%s answers and does not allow it: %s; DEPLOYMENT.md has the rights that are needed"
              .formatted(servers, reason));
    }
    return Finding.bad(
        KAFKA,
        "%s does not answer: %s; is it running, and is KAFKA_BOOTSTRAP_SERVERS right?"
            .formatted(servers, reason));
  }

  private static List<Finding> found(TopicAdmin admin, String servers, int expected)
      throws ExecutionException, InterruptedException {
    Optional<TopicDescription> events = admin.find(Topics.EVENTS);
    if (events.isEmpty()) {
      return List.of(
          Finding.warning(
              KAFKA,
              "%s answers and has no topic %s yet: the ingester makes it when it first starts"
                  .formatted(servers, Topics.EVENTS)));
    }
    List<Finding> findings = new ArrayList<>();
    findings.add(partitions(servers, events.get().partitions().size(), expected));
    boolean allAreSeen = true;
    for (String topic : TOPICS) {
      Optional<TopicDescription> description = admin.find(topic);
      if (description.isEmpty()) {
        findings.add(
            Finding.warning(
                KAFKA,
                "there is no topic %s: the ingester makes it as it starts".formatted(topic)));
        allAreSeen = false;
        continue;
      }
      Map<String, String> settings = admin.settings(topic);
      findings.addAll(TopicCheck.of(description.get(), settings));
      allAreSeen &= !settings.isEmpty();
    }
    if (allAreSeen) {
      admin.weaknesses().forEach(weakness -> findings.add(Finding.warning(KAFKA, weakness)));
    }
    return findings;
  }

  private static Finding partitions(String servers, int actual, int expected) {
    return actual == expected
        ? Finding.ok(
            KAFKA, "%s answers; %s has %d partitions".formatted(servers, Topics.EVENTS, actual))
        : Finding.bad(
            KAFKA,
            "topic %s has %d partitions and SKYWIRE_EVENT_PARTITIONS is %d: set it to %d"
                .formatted(Topics.EVENTS, actual, expected, actual));
  }
}
