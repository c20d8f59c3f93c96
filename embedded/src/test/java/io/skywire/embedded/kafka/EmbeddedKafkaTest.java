package io.skywire.embedded.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.embedded.EmbeddedServerException;
import io.skywire.embedded.FreePort;
import io.skywire.embedded.SeparateJvm;
import java.net.InetAddress;
import java.net.ServerSocket;
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
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Exit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EmbeddedKafkaTest {
  private static final TopicPartition PARTITION = new TopicPartition("letters", 0);

  @Test
  void keepsCommittedTransactionsBetweenStarts(@TempDir Path folder) throws Exception {
    int port = FreePort.any();
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder, port)) {
      commit(kafka.bootstrapServers(), "a");
      assertThat(kafka.bootstrapServers()).isEqualTo("127.0.0.1:" + port);
    }

    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder, port)) {
      commit(kafka.bootstrapServers(), "b");
      assertThat(committed(kafka.bootstrapServers(), 2)).containsExactly("a", "b");
    }
  }

  @Test
  void keepsCommittedTransactionsWhenItsJvmIsKilled(@TempDir Path folder) throws Exception {
    int port = FreePort.any();
    try (SeparateJvm jvm =
        SeparateJvm.run(StartKafka.class, folder.toString(), Integer.toString(port))) {
      jvm.awaitLine("started");
      commit("127.0.0.1:" + port, "a");
      jvm.kill();
    }

    long begun = System.nanoTime();
    try (EmbeddedKafka kafka = EmbeddedKafka.start(folder, port)) {
      commit(kafka.bootstrapServers(), "b");
      assertThat(committed(kafka.bootstrapServers(), 2)).containsExactly("a", "b");
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(8));
    }
  }

  @Test
  void saysThatThePortIsTaken(@TempDir Path folder) throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> EmbeddedKafka.start(folder, other.getLocalPort()))
          .isInstanceOf(EmbeddedServerException.class)
          .hasMessageContaining("port " + other.getLocalPort() + " is taken");
    }
  }

  @Test
  void refusesAFolderThatAnotherBrokerUses(@TempDir Path folder) {
    try (EmbeddedKafka first = EmbeddedKafka.start(folder, FreePort.any())) {
      assertThatThrownBy(() -> EmbeddedKafka.start(folder, FreePort.any()))
          .isInstanceOf(EmbeddedServerException.class)
          .hasMessageContaining("lock");
      assertThat(first.done()).isNotDone();
    }
  }

  @Test
  void reportsAFatalFaultInsteadOfEndingTheJvm() {
    EmbeddedKafka kafka = EmbeddedKafka.startTemporary();
    try (kafka) {
      Exit.halt(1, "disk full");

      assertThat(kafka.done()).isCompletedExceptionally();
      assertThat(kafka.done().exceptionNow()).hasMessageContaining("disk full");
    }
  }

  private static void commit(String servers, String value) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      if (!admin.listTopics().names().get().contains(PARTITION.topic())) {
        admin.createTopics(List.of(new NewTopic(PARTITION.topic(), 1, (short) -1))).all().get();
      }
    }
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", servers, "transactional.id", "test"),
            new StringSerializer(),
            new StringSerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      var sent = producer.send(new ProducerRecord<>(PARTITION.topic(), 0, null, value));
      producer.commitTransaction();
      sent.get();
    }
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
      long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (values.size() < count && System.nanoTime() < deadline) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
          values.add(record.value());
        }
      }
      return values;
    }
  }

  /** A broker that runs until it is killed. */
  static final class StartKafka {
    public static void main(String[] arguments) {
      EmbeddedKafka kafka =
          EmbeddedKafka.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
      System.out.println("started");
      kafka.done().join();
    }
  }
}
