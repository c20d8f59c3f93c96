package io.skywire.sink.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.topic.TopicSetup;
import io.skywire.embedded.kafka.EmbeddedKafka;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The topics of routes: made where they are absent, and looked at where teams have made them. */
@Timeout(60)
class RouteTopicsTest {
  private static final int PARTITIONS = 2;

  private static final EmbeddedKafka kafka = EmbeddedKafka.startTemporary();
  private static final Admin admin =
      Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));

  @AfterAll
  static void stop() {
    admin.close();
    kafka.close();
  }

  @Test
  void anAbsentOneIsMadeAndFits() throws Exception {
    TopicSetup.ensureRoutes(admin, List.of("absent"), PARTITIONS);
    TopicSetup.ensureRoutes(admin, List.of("absent"), PARTITIONS);
    assertThat(TopicSetup.describe(admin, "absent").partitions()).hasSize(PARTITIONS);
  }

  @Test
  void oneWithOtherPartitionsIsRefused() throws Exception {
    make(new NewTopic("narrow", 1, (short) 1).configs(bytesMax(TopicSetup.RECORD_BYTES_MAX)));
    assertThatThrownBy(() -> TopicSetup.ensureRoutes(admin, List.of("narrow"), PARTITIONS))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContainingAll("SKYWIRE_ROUTES", "narrow", "1 partitions", "expected 2");
  }

  @Test
  void oneThatWouldRefuseALargeEventIsRefused() throws Exception {
    make(new NewTopic("small", PARTITIONS, (short) 1).configs(bytesMax(1_048_588)));
    assertThatThrownBy(() -> TopicSetup.ensureRoutes(admin, List.of("small"), PARTITIONS))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContainingAll("small", "max.message.bytes is 1048588", "expected 16777216");
  }

  @Test
  void oneThatFitsIsTaken() throws Exception {
    make(
        new NewTopic("fits", PARTITIONS, (short) 1)
            .configs(bytesMax(2 * TopicSetup.RECORD_BYTES_MAX)));
    TopicSetup.ensureRoutes(admin, List.of("fits"), PARTITIONS);
  }

  private static void make(NewTopic topic) throws Exception {
    admin.createTopics(List.of(topic)).all().get();
  }

  private static Map<String, String> bytesMax(int bytes) {
    return Map.of("max.message.bytes", Integer.toString(bytes));
  }
}
