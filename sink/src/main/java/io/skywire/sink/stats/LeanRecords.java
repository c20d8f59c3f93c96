package io.skywire.sink.stats;

import io.skywire.common.topic.EventHeaders;
import io.skywire.common.topic.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Takes the JSON off the events that nobody will read it of, as soon as they are polled: Kafka
 * Streams keeps hundreds of records before it looks at them, and each may have 15 MiB. Kafka makes
 * it; one thread.
 */
public final class LeanRecords implements ConsumerInterceptor<byte[], byte[]> {
  /** Where the consumer's settings have the {@link Routes}. */
  static final String ROUTES = "skywire.routes";

  /** Instead of a value that was taken off: an event still has one. */
  static final byte[] TAKEN_OFF = new byte[0];

  private Routes routes = Routes.NONE;

  @Override
  public void configure(Map<String, ?> configs) {
    if (configs.get(ROUTES) instanceof Routes given) {
      routes = given;
    }
  }

  @Override
  public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> lean = new HashMap<>();
    for (TopicPartition partition : records.partitions()) {
      List<ConsumerRecord<byte[], byte[]>> of = records.records(partition);
      lean.put(partition, partition.topic().equals(Topics.EVENTS) ? lean(of) : of);
    }
    return new ConsumerRecords<>(lean, records.nextOffsets());
  }

  @Override
  public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

  @Override
  public void close() {}

  private List<ConsumerRecord<byte[], byte[]>> lean(List<ConsumerRecord<byte[], byte[]>> records) {
    List<ConsumerRecord<byte[], byte[]>> lean = new ArrayList<>(records.size());
    for (ConsumerRecord<byte[], byte[]> record : records) {
      lean.add(
          record.value() == null || isNeeded(record.headers()) ? record : withoutValue(record));
    }
    return lean;
  }

  private boolean isNeeded(Headers headers) {
    if (headers.lastHeader(EventHeaders.OPS) == null
        && "commit".equals(TopicRecord.text(headers, EventHeaders.EVENT_TYPE))) {
      return true;
    }
    @Nullable String collections =
        routes.isEmpty() ? null : TopicRecord.text(headers, EventHeaders.COLLECTIONS);
    return collections != null && !routes.topicsOf(collections).isEmpty();
  }

  private static ConsumerRecord<byte[], byte[]> withoutValue(
      ConsumerRecord<byte[], byte[]> record) {
    return new ConsumerRecord<>(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.timestampType(),
        record.serializedKeySize(),
        record.serializedValueSize(),
        record.key(),
        TAKEN_OFF,
        record.headers(),
        record.leaderEpoch());
  }
}
