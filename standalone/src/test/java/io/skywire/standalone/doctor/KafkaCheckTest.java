package io.skywire.standalone.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.settings.Variables;
import io.skywire.common.topic.TopicSetup;
import io.skywire.common.topic.Topics;
import io.skywire.embedded.kafka.EmbeddedKafka;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One broker, and Skywire's topics as each test has changed them. */
@Timeout(60)
class KafkaCheckTest {
  private static final int PARTITIONS = 3;

  private static EmbeddedKafka kafka;
  private static Admin admin;
  private static List<Finding> beforeTheTopics;

  @BeforeAll
  static void start() throws Exception {
    kafka = EmbeddedKafka.startTemporary();
    admin = Admin.create(Map.of("bootstrap.servers", (Object) kafka.bootstrapServers()));
    beforeTheTopics = examine(PARTITIONS);
    TopicSetup.ensure(admin, PARTITIONS);
  }

  @AfterAll
  static void stop() {
    admin.close();
    kafka.close();
  }

  @Test
  void thatThereAreNoTopicsYetIsAWarning() {
    assertThat(beforeTheTopics)
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.level()).isEqualTo(Finding.Level.WARNING);
          assertThat(finding.words()).contains("has no topic skywire.events yet");
        });
  }

  @Test
  void whatSkywireMakesIsWell() throws Exception {
    List<Finding> findings = examine(PARTITIONS);
    // Another test may just have put it right again.
    while (findings.size() > 1) {
      TimeUnit.MILLISECONDS.sleep(50);
      findings = examine(PARTITIONS);
    }
    assertThat(findings.getFirst().level()).isEqualTo(Finding.Level.OK);
    assertThat(findings.getFirst().words()).endsWith("skywire.events has 3 partitions");
  }

  @Test
  void anotherNumberOfPartitionsIsBad() throws Exception {
    await(4, Finding.Level.BAD, "has 3 partitions and SKYWIRE_EVENT_PARTITIONS is 4: set it to 3");
  }

  @Test
  void settingsThatAreNotAsTheyWereMadeAreTold() throws Exception {
    change(Topics.CURSOR, OpType.SET, "cleanup.policy", "delete");
    change(Topics.EVENTS, OpType.SET, "max.message.bytes", "1048588");
    try {
      await(PARTITIONS, Finding.Level.BAD, "skywire.cursor: with cleanup.policy=delete");
      await(PARTITIONS, Finding.Level.BAD, "skywire.events: it takes records of 1048588 bytes");
    } finally {
      change(Topics.CURSOR, OpType.SET, "cleanup.policy", "compact");
      change(Topics.EVENTS, OpType.SET, "max.message.bytes", "16777216");
    }
  }

  /** As when a topic was made by hand, and only its name is right. */
  @Test
  void theBrokersOwnDefaultsAreSeenThroughATopic() throws Exception {
    change(Topics.EVENTS, OpType.DELETE, "message.timestamp.after.max.ms", "");
    try {
      await(PARTITIONS, Finding.Level.WARNING, "message.timestamp.after.max.ms=3600000");
    } finally {
      String anyTime = Long.toString(Long.MAX_VALUE);
      change(Topics.EVENTS, OpType.SET, "message.timestamp.after.max.ms", anyTime);
    }
  }

  @Test
  void aTopicThatIsMissingIsTold() throws Exception {
    admin.deleteTopics(List.of(Topics.DEAD_LETTERS)).all().get();
    try {
      await(PARTITIONS, Finding.Level.WARNING, "there is no topic skywire.dead-letters");
    } finally {
      TopicSetup.ensure(admin, PARTITIONS);
    }
  }

  @Test
  void aNameThatNobodyKnowsIsBad() throws Exception {
    assertThat(
            KafkaCheck.of(new Variables(Map.of("KAFKA_BOOTSTRAP_SERVERS", "kafka.invalid:9092"))))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.level()).isEqualTo(Finding.Level.BAD);
          assertThat(finding.words()).contains("kafka.invalid", "KAFKA_BOOTSTRAP_SERVERS right?");
        });
  }

  @Test
  void aClientThatIsNotLetInIsToldWhatItLacks() {
    assertThat(unanswered(new SaslAuthenticationException("Authentication failed")))
        .contains("does not let this client in: Authentication failed", "SPRING_KAFKA_…");
    assertThat(unanswered(new TopicAuthorizationException("Topic authorization failed.")))
        .contains("does not allow it: Topic authorization failed.", "DEPLOYMENT.md has the rights");
  }

  private static String unanswered(Exception cause) {
    Finding finding = KafkaCheck.unanswered("kafka:9092", new ExecutionException(cause));
    assertThat(finding.level()).isEqualTo(Finding.Level.BAD);
    return finding.words();
  }

  private static List<Finding> examine(int partitions) throws InterruptedException {
    return KafkaCheck.of(
        new Variables(
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                kafka.bootstrapServers(),
                "SKYWIRE_EVENT_PARTITIONS",
                Integer.toString(partitions))));
  }

  /** A broker shows a change a moment after it has accepted it. */
  private static void await(int partitions, Finding.Level level, String words)
      throws InterruptedException {
    while (examine(partitions).stream()
        .noneMatch(finding -> finding.level() == level && finding.words().contains(words))) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private static void change(String topic, OpType operation, String name, String value)
      throws ExecutionException, InterruptedException {
    Collection<AlterConfigOp> one =
        List.of(new AlterConfigOp(new ConfigEntry(name, value), operation));
    admin
        .incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), one))
        .all()
        .get();
  }
}
