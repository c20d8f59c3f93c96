package io.skywire.sink.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.skywire.common.lifecycle.Backoff;
import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import io.skywire.common.topic.KafkaSettings;
import io.skywire.common.topic.TopicSetup;
import io.skywire.embedded.kafka.EmbeddedKafka;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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

  /** The sink goes on storing: it is the heartbeat that tells. */
  @Test
  void oneThatDoesNotFitEndsTheCountsWhichTellsWhy() throws Exception {
    make(new NewTopic("other", 1, (short) 1).configs(bytesMax(TopicSetup.RECORD_BYTES_MAX)));
    Variables variables =
        new Variables(
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                kafka.bootstrapServers(),
                "SKYWIRE_ROUTES",
                "a.b.c=other"));
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    StatsStreams streams =
        new StatsStreams(
            KafkaSettings.from(variables),
            true,
            Routes.from(variables),
            PARTITIONS,
            () -> false,
            new StatsMetrics(registry),
            new Backoff(Duration.ofMillis(10), Duration.ofMillis(100), new Random(1)));
    try (StatsLoops loops = new StatsLoops(streams, null, Duration.ofSeconds(10))) {
      loops.start();
      StreamsState state = loops.streams();
      while (state == null || state.problem() == null) {
        TimeUnit.MILLISECONDS.sleep(20);
        state = loops.streams();
      }
      assertThat(state.running()).isFalse();
      assertThat(state.problem())
          .startsWith("SKYWIRE_ROUTES names the topic other, which has 1 partitions; expected 2")
          .endsWith("; it has ended until the sink is started again");
      assertThat(loops.makesProgress()).as("a restart alone does not help").isTrue();
      assertThat(registry.get("skywire.sink.streams.running").gauge().value()).isZero();
    }
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
