import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Follows skywire.events: {@code java -cp 'LIBRARIES/*' Subscribe.java [SERVERS [AFTER_SEQ
 * [FROM_TIME]]]}, where LIBRARIES has kafka-clients and what it needs. Times are ISO 8601. See
 * "Subscribe to the topic" in the README.
 */
public final class Subscribe {
  public static void main(String[] arguments) {
    String servers = arguments.length > 0 ? arguments[0] : "localhost:9092";
    long after = arguments.length > 1 ? Long.parseLong(arguments[1]) : 0;
    Instant start = arguments.length > 2 ? Instant.parse(arguments[2]) : Instant.EPOCH;
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers", servers,
            "group.id", "example-java",
            "isolation.level", "read_committed",
            "auto.offset.reset", "earliest",
            "enable.auto.commit", false);
    try (var consumer =
        new KafkaConsumer<>(settings, new LongDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of("skywire.events"), new Beginning(consumer, start));
      while (true) {
        ConsumerRecords<Long, String> records = consumer.poll(Duration.ofSeconds(1));
        records.forEach(record -> handle(record, after));
        // After the work: a crash in between repeats it, and never leaves any out.
        consumer.commitSync();
      }
    }
  }

  private static void handle(ConsumerRecord<Long, String> record, long after) {
    if ("gap".equals(header(record, "event_type"))) {
      System.out.printf(
          "lost for good: between %d and %s, %s%n",
          record.key(), header(record, "to_seq"), header(record, "reason"));
    } else if (record.value() != null && record.key() > after) {
      String replay = header(record, "replay");
      System.out.println(record.value() + (replay == null ? "" : " (replayed: " + replay + ")"));
    }
    // Else it is a watermark or whatever else is added later, or known already.
  }

  private static String header(ConsumerRecord<?, ?> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }

  /** Goes on where the group has committed; where it has not, at the time. */
  private record Beginning(KafkaConsumer<?, ?> consumer, Instant start)
      implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      Map<TopicPartition, Long> times = new HashMap<>();
      consumer
          .committed(Set.copyOf(partitions))
          .forEach((partition, offset) -> {
            if (offset == null) {
              times.put(partition, start.toEpochMilli());
            }
          });
      consumer
          .offsetsForTimes(times)
          .forEach((partition, found) -> {
            if (found == null) {
              consumer.seekToEnd(Set.of(partition));
            } else {
              consumer.seek(partition, found.offset());
            }
          });
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}
  }
}
