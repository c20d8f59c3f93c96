package io.skywire.ingester.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.topic.TopicSetup;
import io.skywire.embedded.kafka.EmbeddedKafka;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LeadershipTest {
  private static final String GROUP = "skywire-ingester";
  private static final Duration WAIT = Duration.ofMillis(100);

  private final EmbeddedKafka kafka = EmbeddedKafka.startTemporary();
  private final Admin admin =
      Admin.create(Map.of("bootstrap.servers", (Object) kafka.bootstrapServers()));

  @BeforeEach
  void makeTopics() throws Exception {
    TopicSetup.ensure(admin, 6);
  }

  @AfterEach
  void stop() {
    admin.close();
    kafka.close();
  }

  /** What a process finds that was stopped for longer than its session. */
  @Test
  void aLeaderThatIsNoMemberAnyMoreIsNotConfirmed() throws Exception {
    try (Leadership leadership = join()) {
      while (!leadership.await(WAIT)) {
        // It joins.
      }
      assertThat(leadership.isConfirmed()).isTrue();
      admin
          .removeMembersFromConsumerGroup(GROUP, new RemoveMembersFromConsumerGroupOptions())
          .all()
          .get();
      assertThat(leadership.isConfirmed()).isFalse();
      while (!leadership.await(WAIT) || !leadership.isConfirmed()) {
        // It joins again.
      }
    }
  }

  private Leadership join() {
    return new Leadership(
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "group.id",
                GROUP,
                "enable.auto.commit",
                false),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer()),
        Duration.ofSeconds(45));
  }
}
