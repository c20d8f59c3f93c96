package io.skywire.benchmarks.sink;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The same events as sinks of others take them: JSON with a field for each column, the event itself
 * as text. One partition, in seq order, which suits one task and its primary key best.
 */
final class ConnectTopic {
  static final String NAME = "events";

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int BATCH_BYTES = 256 * 1024;

  private ConnectTopic() {}

  static void write(String servers, List<PlainRow> rows) throws IOException, InterruptedException {
    try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, servers))) {
      admin.createTopics(List.of(new NewTopic(NAME, 1, (short) 1))).all().get();
    } catch (ExecutionException refused) {
      throw new IOException("Kafka refuses the topic " + NAME, refused);
    }
    Map<String, Object> properties =
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            servers,
            ProducerConfig.COMPRESSION_TYPE_CONFIG,
            "lz4",
            ProducerConfig.BATCH_SIZE_CONFIG,
            BATCH_BYTES,
            ProducerConfig.LINGER_MS_CONFIG,
            5);
    Failures failures = new Failures();
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (PlainRow row : rows) {
        producer.send(
            new ProducerRecord<>(NAME, 0, (byte[]) null, json(row)),
            (metadata, failure) -> failures.note(failure));
      }
    }
    failures.rethrow();
  }

  private static byte[] json(PlainRow row) {
    ObjectNode fields = JSON.createObjectNode();
    fields.put("seq", row.seq());
    fields.put("event_type", row.type());
    fields.put("collection", row.collection());
    fields.put("repo", row.repo());
    fields.put("data", new String(row.json(), StandardCharsets.UTF_8));
    return JSON.writeValueAsBytes(fields);
  }

  /** The last one counts; the producer has ended before it is asked for. */
  private static final class Failures {
    private volatile @Nullable Exception last;

    void note(@Nullable Exception failure) {
      if (failure != null) {
        last = failure;
      }
    }

    void rethrow() throws IOException {
      if (last != null) {
        throw new IOException("the topic " + NAME + " is not complete", last);
      }
    }
  }
}
