package io.skywire.sink.stats;

import io.skywire.common.topic.EventHeaders;
import io.skywire.common.topic.Seq;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** Records of the events' topic as the ingester writes them. */
final class TestEvents {
  private static final byte[] JSON = utf8("{\"any\":\"event\"}");

  private TestEvents() {}

  /**
   * @param ops as the header has it, null for a record without that header
   */
  static TestRecord<byte[], byte[]> commit(long seq, Instant at, @Nullable String ops) {
    TestRecord<byte[], byte[]> record = event(seq, at, "commit");
    if (ops != null) {
      with(record, EventHeaders.OPS, ops);
    }
    return record;
  }

  static TestRecord<byte[], byte[]> event(long seq, Instant at, String type) {
    return with(
        new TestRecord<>(Seq.toKey(seq), JSON, new RecordHeaders(), at.toEpochMilli()),
        EventHeaders.EVENT_TYPE,
        type);
  }

  static TestRecord<byte[], byte[]> json(TestRecord<byte[], byte[]> record, String json) {
    return new TestRecord<>(record.key(), utf8(json), record.headers(), record.timestamp());
  }

  static TestRecord<byte[], byte[]> watermark(long seq, Instant at) {
    return with(
        new TestRecord<>(Seq.toKey(seq), null, new RecordHeaders(), at.toEpochMilli()),
        EventHeaders.EVENT_TYPE,
        EventHeaders.WATERMARK);
  }

  static TestRecord<byte[], byte[]> with(
      TestRecord<byte[], byte[]> record, String header, String value) {
    Headers headers = record.headers();
    headers.add(header, utf8(value));
    return record;
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
