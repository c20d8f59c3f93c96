package io.skywire.ingester.publish;

import io.skywire.common.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import tools.jackson.core.JacksonException;

/** Reads the committed cursors: the last record of each relay in the cursor topic. */
public final class CursorTopic {
  private static final TopicPartition PARTITION = new TopicPartition(Topics.CURSOR, 0);

  /** A running ingester's cursor is nearly always among so many last records. */
  private static final long TAIL = 1_000;

  private static final Duration POLL = Duration.ofMillis(500);
  private static final int EMPTY_POLLS_MAX = 60;

  private final Supplier<Consumer<byte[], byte[]>> consumers;

  /**
   * @param consumers open a consumer that reads only what is committed
   */
  public CursorTopic(Supplier<Consumer<byte[], byte[]>> consumers) {
    this.consumers = consumers;
  }

  /**
   * The committed cursors by relay; all of them, unless that of {@code relay} is among the last
   * records, where others need not be looked for.
   *
   * @throws KafkaException when Kafka does not answer
   */
  public Map<String, Cursor> read(String relay) {
    try (Consumer<byte[], byte[]> consumer = consumers.get()) {
      List<TopicPartition> partitions = List.of(PARTITION);
      consumer.assign(partitions);
      long begin = consumer.beginningOffsets(partitions).getOrDefault(PARTITION, 0L);
      long end = consumer.endOffsets(partitions).getOrDefault(PARTITION, 0L);
      Map<String, Cursor> cursors = readFrom(consumer, Math.max(begin, end - TAIL), end);
      return cursors.containsKey(relay) || end - TAIL <= begin
          ? cursors
          : readFrom(consumer, begin, end);
    }
  }

  private static Map<String, Cursor> readFrom(
      Consumer<byte[], byte[]> consumer, long from, long end) {
    Map<String, Cursor> cursors = new LinkedHashMap<>();
    consumer.seek(PARTITION, from);
    int emptyPolls = 0;
    while (consumer.position(PARTITION) < end) {
      boolean empty = true;
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        put(cursors, record);
        empty = false;
      }
      emptyPolls = empty ? emptyPolls + 1 : 0;
      if (emptyPolls > EMPTY_POLLS_MAX) {
        throw new KafkaException(Topics.CURSOR + " could not be read to its end");
      }
    }
    return cursors;
  }

  private static void put(Map<String, Cursor> cursors, ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null) {
      return;
    }
    String relay = new String(record.key(), StandardCharsets.UTF_8);
    if (record.value() == null) {
      cursors.remove(relay);
      return;
    }
    try {
      cursors.put(relay, Cursor.fromJson(record.value()));
    } catch (JacksonException unreadable) {
      throw new KafkaException(
          "record %d of %s is no cursor".formatted(record.offset(), Topics.CURSOR), unreadable);
    }
  }
}
