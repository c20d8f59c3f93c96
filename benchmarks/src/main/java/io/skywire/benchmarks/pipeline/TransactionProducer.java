package io.skywire.benchmarks.pipeline;

import io.skywire.common.topic.Seq;
import io.skywire.common.topic.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A JVM that sends records which are ready, so many a transaction, over all partitions in turn:
 * what the broker and its client allow an ingester that had nothing else to do. Kafka's own tool
 * ends its transactions by time alone. Prints records a second after the first half.
 */
public final class TransactionProducer {
  private TransactionProducer() {}

  /** The producer's settings, the ingester's. */
  static Map<String, String> settings(String servers) {
    Map<String, String> settings = new HashMap<>();
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    settings.put(ProducerConfig.LINGER_MS_CONFIG, "5");
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, Integer.toString(256 * 1024));
    return settings;
  }

  /**
   * @param arguments the broker, a file of values, how many records, and how many a transaction
   */
  // What a send meets is thrown by the commit.
  @SuppressWarnings("FutureReturnValueIgnored")
  public static void main(String[] arguments) throws IOException {
    List<byte[]> values =
        Files.readAllLines(Path.of(arguments[1])).stream()
            .map(line -> line.getBytes(StandardCharsets.UTF_8))
            .toList();
    int records = Integer.parseInt(arguments[2]);
    int transaction = Integer.parseInt(arguments[3]);
    Map<String, Object> settings = new HashMap<>(settings(arguments[0]));
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "bench");
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.initTransactions();
      AfterWarmUp speed = new AfterWarmUp(records);
      for (int sent = 0; sent < records; speed.reached(sent)) {
        producer.beginTransaction();
        for (int end = Math.min(records, sent + transaction); sent < end; sent++) {
          producer.send(
              new ProducerRecord<>(
                  Topics.EVENTS,
                  sent % World.PARTITIONS,
                  Seq.toKey(sent),
                  values.get(sent % values.size())));
        }
        producer.commitTransaction();
      }
      System.out.println(speed.perSecond());
    }
  }
}
