package io.skywire.benchmarks.pipeline;

import io.skywire.common.topic.Seq;
import io.skywire.common.topic.Topics;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import tools.jackson.databind.json.JsonMapper;

/** The topics as who subscribes sees them: {@code read_committed}. */
final class EventTopic {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Duration WAIT = Duration.ofMillis(100);
  private static final Duration READ_MAX = Duration.ofMinutes(5);

  private EventTopic() {}

  /** Takes note of each committed cursor as it comes, until the last one has. */
  static void follow(World world, Backlog backlog, AfterWarmUp speed, Duration max) {
    long deadline = System.nanoTime() + max.toNanos();
    try (Consumer<byte[], byte[]> consumer =
        open(world, List.of(new TopicPartition(Topics.CURSOR, 0)))) {
      while (!speed.isComplete()) {
        for (ConsumerRecord<byte[], byte[]> cursor : consumer.poll(WAIT)) {
          speed.reached(backlog.upTo(JSON.readTree(cursor.value()).path("seq").asLong()));
        }
        world.requireAllRunning();
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(
              "only %,d events are committed within %s".formatted(speed.done(), max));
        }
      }
    }
  }

  /**
   * The seqs of all committed events.
   *
   * @throws IllegalStateException when one is there twice
   */
  static BitSet seqs(World world) {
    BitSet seqs = new BitSet();
    readAll(
        world,
        record -> {
          Long seq = Seq.ofKey(record.key());
          if (seq == null || seqs.get(seq.intValue())) {
            throw new IllegalStateException("the topic has seq " + seq + " twice");
          }
          seqs.set(seq.intValue());
        });
    return seqs;
  }

  /** How many records with a value are committed. */
  static int count(World world) {
    int[] count = {0};
    readAll(world, record -> count[0]++);
    return count[0];
  }

  private interface Reader {
    void read(ConsumerRecord<byte[], byte[]> record);
  }

  private static void readAll(World world, Reader reader) {
    List<TopicPartition> partitions =
        IntStream.range(0, World.PARTITIONS)
            .mapToObj(partition -> new TopicPartition(Topics.EVENTS, partition))
            .toList();
    try (Consumer<byte[], byte[]> consumer = open(world, partitions)) {
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      long deadline = System.nanoTime() + READ_MAX.toNanos();
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException("the topic is not read within " + READ_MAX);
        }
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(WAIT)) {
          // A record without a value tells of a watermark.
          if (record.value() != null) {
            reader.read(record);
          }
        }
      }
    }
  }

  private static Consumer<byte[], byte[]> open(World world, List<TopicPartition> partitions) {
    Consumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                world.kafka(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    return consumer;
  }
}
