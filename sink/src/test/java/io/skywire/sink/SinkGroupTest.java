package io.skywire.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.common.settings.Variables;
import io.skywire.common.topic.TopicSetup;
import io.skywire.common.topic.Topics;
import io.skywire.embedded.kafka.EmbeddedKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How the sinks' group shares the partitions when one of them dies at the wrong moment. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class SinkGroupTest {
  private static final int PARTITIONS = 6;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final EmbeddedKafka kafka = EmbeddedKafka.startTemporary();
  private final List<KafkaConsumer<byte[], byte[]>> opened = new ArrayList<>();

  @BeforeEach
  void makeTheTopic() throws Exception {
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", (Object) kafka.bootstrapServers()))) {
      TopicSetup.ensure(admin, PARTITIONS);
    }
  }

  @AfterEach
  void stop() {
    opened.forEach(KafkaConsumer::close);
    kafka.close();
  }

  @Test
  void aSinkThatDiesAsItGivesPartitionsAwayLeavesNoneToNobody() {
    KafkaConsumer<byte[], byte[]> first = sink("one", new DiesWhenRevoked());
    await(() -> first.assignment().size() == PARTITIONS, first);
    KafkaConsumer<byte[], byte[]> second = sink("two", new SeeksNothing());
    assertThatThrownBy(() -> await(() -> false, second, first))
        .isInstanceOf(KafkaException.class)
        .hasRootCauseMessage("killed");
    // Under a name nobody leaves its group by this: as a process that is killed.
    opened.remove(first);
    first.close();

    KafkaConsumer<byte[], byte[]> again = sink("one", new SeeksNothing());
    await(
        () -> again.assignment().size() + second.assignment().size() == PARTITIONS, again, second);
    assertThat(second.assignment())
        .hasSize(PARTITIONS / 2)
        .doesNotContainAnyElementsOf(again.assignment());
  }

  private KafkaConsumer<byte[], byte[]> sink(String name, ConsumerRebalanceListener listener) {
    Map<String, Object> properties =
        SinkConnections.consumerProperties(
            SinkSettings.from(
                new Variables(
                    Map.of(
                        "KAFKA_BOOTSTRAP_SERVERS",
                        kafka.bootstrapServers(),
                        "DATABASE_URL",
                        "postgresql://nobody@127.0.0.1:1/none",
                        "SKYWIRE_INSTANCE",
                        name))));
    // No progress is kept here to seek to.
    properties.put("auto.offset.reset", "earliest");
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer.subscribe(List.of(Topics.EVENTS), listener);
    opened.add(consumer);
    return consumer;
  }

  @SafeVarargs
  private static void await(BooleanSupplier sign, KafkaConsumer<byte[], byte[]>... polled) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!sign.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("waited too long").isNegative();
      for (KafkaConsumer<byte[], byte[]> consumer : polled) {
        consumer.poll(Duration.ofMillis(100));
      }
    }
  }

  private static class SeeksNothing implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> revoked) {}

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> assigned) {}
  }

  private static final class DiesWhenRevoked extends SeeksNothing {
    private boolean dead;

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
      if (!dead && !revoked.isEmpty()) {
        dead = true;
        throw new IllegalStateException("killed");
      }
    }
  }
}
