package io.skywire.sink.write;

import io.skywire.common.topic.Topics;
import io.skywire.sink.write.EventBatch.Progress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** Records of one partition with any headers, as a poll brings them, and the batch of that poll. */
final class PolledRecords {
  private static final TopicPartition PARTITION = new TopicPartition(Topics.EVENTS, 3);
  static final long INDEXED_AT = 1_790_000_000_123L;

  private PolledRecords() {}

  /** A record in a type that varargs can hold. */
  record Received(ConsumerRecord<byte[], byte[]> record) {}

  static Map<Integer, Progress> before(long nextOffset, @Nullable Long watermark) {
    return Map.of(3, new Progress(nextOffset, watermark));
  }

  static EventBatch batch(Map<Integer, Progress> before, long nextOffset, Received... records) {
    BatchAssembly assembly = new BatchAssembly(before);
    assembly.add(polled(nextOffset, records));
    return assembly.batch();
  }

  static ConsumerRecords<byte[], byte[]> polled(long nextOffset, Received... records) {
    return new ConsumerRecords<>(
        Map.of(PARTITION, Arrays.stream(records).map(Received::record).toList()),
        Map.of(PARTITION, new OffsetAndMetadata(nextOffset)));
  }

  static Received event(long offset, long seq, @Nullable String watermark) {
    return watermark == null
        ? record(offset, seq, "{}", "event_type", "commit")
        : record(offset, seq, "{}", "event_type", "commit", "watermark", watermark);
  }

  static Received replay(long offset, long seq, String replay) {
    return record(offset, seq, "{}", "event_type", "commit", "replay", replay);
  }

  static Received at(long timestamp, Received received) {
    ConsumerRecord<byte[], byte[]> record = received.record();
    return new Received(
        new ConsumerRecord<>(
            record.topic(),
            record.partition(),
            record.offset(),
            timestamp,
            TimestampType.CREATE_TIME,
            0,
            0,
            record.key(),
            record.value(),
            record.headers(),
            Optional.empty()));
  }

  static Received watermark(long offset, long seq) {
    return record(offset, seq, null, "event_type", "watermark");
  }

  static Received record(
      long offset, @Nullable Long seq, @Nullable String json, String... headers) {
    RecordHeaders all = new RecordHeaders();
    for (int i = 0; i < headers.length; i += 2) {
      all.add(headers[i], headers[i + 1].getBytes(StandardCharsets.UTF_8));
    }
    return new Received(
        new ConsumerRecord<>(
            PARTITION.topic(),
            PARTITION.partition(),
            offset,
            INDEXED_AT,
            TimestampType.CREATE_TIME,
            0,
            0,
            seq == null ? null : ByteBuffer.allocate(8).putLong(seq).array(),
            json == null ? null : json.getBytes(StandardCharsets.UTF_8),
            all,
            Optional.empty()));
  }
}
