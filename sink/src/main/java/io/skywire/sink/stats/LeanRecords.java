package io.skywire.sink.stats;

import io.skywire.common.topic.EventHeaders;
import io.skywire.common.topic.OpTally;
import io.skywire.common.topic.Topics;
import java.nio.charset.StandardCharsets;
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
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Takes the JSON off the events that nobody will read it of, as soon as they are polled: Kafka
 * Streams keeps hundreds of records before it looks at them, and each may have 15 MiB. A commit of
 * an older ingester, without {@link EventHeaders#OPS}, is given that header first. Kafka makes it;
 * one thread.
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
      byte[] json = record.value();
      lean.add(
          json == null || isRouted(record.headers())
              ? record
              : withoutValue(record, withOps(record.headers(), json)));
    }
    return lean;
  }

  private static Headers withOps(Headers headers, byte[] json) {
    if (headers.lastHeader(EventHeaders.OPS) != null
        || !"commit".equals(TopicRecord.text(headers, EventHeaders.EVENT_TYPE))) {
      return headers;
    }
    OpTally tally = OpReader.ofJson(json);
    String ops = tally == null ? "" : tally.header();
    return new RecordHeaders(headers).add(EventHeaders.OPS, ops.getBytes(StandardCharsets.UTF_8));
  }

  private boolean isRouted(Headers headers) {
    @Nullable String collections =
        routes.isEmpty() ? null : TopicRecord.text(headers, EventHeaders.COLLECTIONS);
    return collections != null && !routes.topicsOf(collections).isEmpty();
  }

  private static ConsumerRecord<byte[], byte[]> withoutValue(
      ConsumerRecord<byte[], byte[]> record, Headers headers) {
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
        headers,
        record.leaderEpoch());
  }
}
