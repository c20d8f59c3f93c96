package io.skywire.sink.write;

import io.skywire.common.topic.CloudEventHeaders;
import io.skywire.common.topic.EventHeaders;
import io.skywire.common.topic.Gap;
import io.skywire.common.topic.Topics;
import io.skywire.sink.write.EventBatch.Progress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** Records as the ingester writes them: mostly a commit each, its offset the seq. */
final class TestRecords {
  static final Instant INDEXED_AT = Instant.parse("2026-07-04T14:38:09.012Z");

  private TestRecords() {}

  static ConsumerRecord<byte[], byte[]> event(int partition, long seq, String json) {
    return event(partition, seq, seq, json);
  }

  static ConsumerRecord<byte[], byte[]> event(int partition, long offset, long seq, String json) {
    RecordHeaders headers = new RecordHeaders();
    // What the sink has no use for.
    headers.add(CloudEventHeaders.SPEC_VERSION, bytes("1.0"));
    headers.add(CloudEventHeaders.ID, bytes(Long.toString(seq)));
    headers.add(CloudEventHeaders.SOURCE, bytes("wss://relay.example"));
    headers.add(CloudEventHeaders.TYPE, bytes("io.skywire.commit"));
    headers.add(CloudEventHeaders.SUBJECT, bytes("did:plc:a"));
    headers.add(CloudEventHeaders.CONTENT_TYPE, bytes("application/json"));
    headers.add(EventHeaders.EVENT_TYPE, bytes("commit"));
    headers.add(EventHeaders.REPO, bytes("did:plc:a"));
    headers.add(EventHeaders.WATERMARK, bytes(Long.toString(seq)));
    return record(partition, offset, seq, bytes(json), headers);
  }

  /** A dead letter's event, as its replay brings it. */
  static ConsumerRecord<byte[], byte[]> replay(long seq, String replay, String json) {
    ConsumerRecord<byte[], byte[]> record = event(0, seq, json);
    record.headers().remove("watermark");
    record.headers().add("replay", bytes(replay));
    return record;
  }

  /** The same record with the collections of its ops, separated by commas. */
  static ConsumerRecord<byte[], byte[]> collections(
      ConsumerRecord<byte[], byte[]> record, String collections) {
    record.headers().add("collections", bytes(collections));
    return record;
  }

  /** The same record of another time. */
  static ConsumerRecord<byte[], byte[]> at(Instant time, ConsumerRecord<byte[], byte[]> record) {
    return new ConsumerRecord<>(
        record.topic(),
        record.partition(),
        record.offset(),
        time.toEpochMilli(),
        TimestampType.CREATE_TIME,
        0,
        0,
        record.key(),
        record.value(),
        record.headers(),
        Optional.empty());
  }

  static ConsumerRecord<byte[], byte[]> watermark(int partition, long offset, long seq) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(EventHeaders.EVENT_TYPE, bytes(EventHeaders.WATERMARK));
    return record(partition, offset, seq, null, headers);
  }

  static ConsumerRecord<byte[], byte[]> gap(int partition, long offset, Gap gap) {
    RecordHeaders headers = new RecordHeaders();
    gap.addTo(headers);
    return record(partition, offset, gap.fromSeq(), null, headers);
  }

  private static ConsumerRecord<byte[], byte[]> record(
      int partition, long offset, long seq, byte @Nullable [] json, RecordHeaders headers) {
    return new ConsumerRecord<>(
        Topics.EVENTS,
        partition,
        offset,
        INDEXED_AT.toEpochMilli(),
        TimestampType.CREATE_TIME,
        0,
        0,
        key(seq),
        json,
        headers,
        Optional.empty());
  }

  /** A batch of one partition's records; what is read next is after the last. */
  static EventBatch batch(
      int partition, Progress before, List<ConsumerRecord<byte[], byte[]>> records) {
    TopicPartition of = new TopicPartition(Topics.EVENTS, partition);
    BatchAssembly assembly = new BatchAssembly(Map.of(partition, before));
    assembly.add(
        new ConsumerRecords<>(
            Map.of(of, records),
            Map.of(of, new OffsetAndMetadata(records.getLast().offset() + 1))));
    return assembly.batch();
  }

  static byte[] key(long seq) {
    return ByteBuffer.allocate(Long.BYTES).putLong(seq).array();
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
