package io.skywire.embedded.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.embedded.network.TcpProxy;
import io.skywire.embedded.network.WireProtocol;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class KafkaClusterTest {
  private static final TopicPartition PARTITION = new TopicPartition("letters", 0);
  private static final Duration READY_MAX = Duration.ofSeconds(60);
  private static final List<String> FLAGS =
      List.of("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  @TempDir private Path folder;

  @Test
  void aKilledBrokerHasWhatItAcknowledged() throws Exception {
    try (KafkaCluster kafka =
            KafkaCluster.start(folder, 1, List.of(), (name, port) -> port, FLAGS);
        KafkaProducer<String, String> producer =
            producer(kafka.bootstrapServers(KafkaCluster.DIRECT))) {
      create(kafka.bootstrapServers(KafkaCluster.DIRECT));
      producer.initTransactions();
      commit(producer, "a");
      KafkaNode node = kafka.nodes().getFirst();
      node.kill();
      assertThat(node.isAlive()).isFalse();

      node.start();
      node.awaitReady(READY_MAX);
      commit(producer, "b");
      assertThat(committed(kafka.bootstrapServers(KafkaCluster.DIRECT), 2))
          .containsExactly("a", "b");
    }
  }

  @Test
  void aListenersClientsStayOnTheWayThatItAdvertises() throws Exception {
    List<TcpProxy> proxies = new ArrayList<>();
    KafkaCluster.Advertised byProxy =
        (name, port) -> {
          proxies.add(TcpProxy.to(port, WireProtocol.KAFKA));
          return proxies.getLast().port();
        };
    try (KafkaCluster kafka = KafkaCluster.start(folder, 1, List.of("SINK"), byProxy, FLAGS);
        TcpProxy proxy = proxies.getFirst()) {
      create(kafka.bootstrapServers("SINK"));
      try (KafkaProducer<String, String> producer = producer(kafka.bootstrapServers("SINK"))) {
        producer.initTransactions();
        commit(producer, "a");
        assertThat(kafka.bootstrapServers("SINK")).isEqualTo("127.0.0.1:" + proxy.port());
        // One to ask for the cluster, one to send to the broker.
        assertThat(proxy.connections()).isGreaterThanOrEqualTo(2);
      }
    }
  }

  @Test
  void threeGoOnWithoutOneAndKeepEverything() throws Exception {
    try (KafkaCluster kafka =
            KafkaCluster.start(folder, 3, List.of(), (name, port) -> port, FLAGS);
        KafkaProducer<String, String> producer =
            producer(kafka.bootstrapServers(KafkaCluster.DIRECT))) {
      create(kafka.bootstrapServers(KafkaCluster.DIRECT));
      producer.initTransactions();
      KafkaNode node = kafka.nodes().getFirst();
      commit(producer, "with it");
      node.kill();
      commit(producer, "without it");
      node.start();
      node.awaitReady(READY_MAX);
      awaitInSync(kafka.bootstrapServers(KafkaCluster.DIRECT));
      assertThat(committed(kafka.bootstrapServers(KafkaCluster.DIRECT), 2))
          .containsExactly("with it", "without it");
    }
  }

  private static void create(String servers) throws Exception {
    try (Admin admin = admin(servers)) {
      admin.createTopics(List.of(new NewTopic(PARTITION.topic(), 1, (short) -1))).all().get();
    }
  }

  private static void awaitInSync(String servers) throws Exception {
    try (Admin admin = admin(servers)) {
      while (true) {
        TopicPartitionInfo partition =
            admin
                .describeTopics(List.of(PARTITION.topic()))
                .allTopicNames()
                .get()
                .values()
                .iterator()
                .next()
                .partitions()
                .getFirst();
        if (partition.isr().size() == partition.replicas().size()) {
          return;
        }
        Thread.sleep(50);
      }
    }
  }

  private static Admin admin(String servers) {
    return Admin.create(Map.of("bootstrap.servers", servers));
  }

  private static KafkaProducer<String, String> producer(String servers) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", servers, "transactional.id", "test"),
        new StringSerializer(),
        new StringSerializer());
  }

  private static void commit(KafkaProducer<String, String> producer, String value)
      throws Exception {
    producer.beginTransaction();
    producer.send(new ProducerRecord<>(PARTITION.topic(), value)).get();
    producer.commitTransaction();
  }

  private static List<String> committed(String servers, int count) {
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", servers, "isolation.level", "read_committed"),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.assign(List.of(PARTITION));
      consumer.seekToBeginning(List.of(PARTITION));
      List<String> values = new ArrayList<>();
      while (values.size() < count) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
          values.add(record.value());
        }
      }
      return values;
    }
  }
}
