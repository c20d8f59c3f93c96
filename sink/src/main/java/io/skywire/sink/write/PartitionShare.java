package io.skywire.sink.write;

import io.skywire.common.topic.EventHeaders;
import io.skywire.common.topic.Gap;
import io.skywire.sink.write.EventBatch.Entry;
import io.skywire.sink.write.EventBatch.Progress;
import io.skywire.sink.write.EventBatch.Refused;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * One partition's part of a batch: its records, sorted out one by one in the order of their
 * offsets. A record at or below the partition's watermark is stored already (an operator has set
 * the cursor back) and is left out. Reads keys and headers only.
 */
final class PartitionShare {
  /** What a record holds beside its key and value: its headers, as objects. */
  private static final int RECORD_OVERHEAD_BYTES = 1024;

  private static final Long NO_WATERMARK = -1L;

  private final List<Entry> rows = new ArrayList<>();
  private final List<Refused> refused = new ArrayList<>();
  private final List<Gap> gaps = new ArrayList<>();
  private Progress progress;
  private int repeated;
  private int records;
  private long bytes;
  private @Nullable Long firstSeq;

  PartitionShare(Progress before) {
    progress = before;
  }

  void add(ConsumerRecord<byte[], byte[]> record) {
    byte[] key = record.key();
    byte[] json = record.value();
    records++;
    bytes +=
        RECORD_OVERHEAD_BYTES + (key == null ? 0L : key.length) + (json == null ? 0L : json.length);
    String type = EventRow.text(record, EventHeaders.EVENT_TYPE);
    Long watermark = watermark(record);
    if (key == null || key.length != Long.BYTES || type == null || watermark == null) {
      refused.add(new Refused(record, "its key is no seq, or its headers are not an event's"));
      return;
    }
    long seq = ByteBuffer.wrap(key).getLong();
    if (type.equals(EventHeaders.GAP)) {
      addGap(record, seq);
      return;
    }
    if (firstSeq == null) {
      firstSeq = seq;
    }
    if (type.equals(EventHeaders.WATERMARK)) {
      progress = progress.raisedTo(seq);
      return;
    }
    if (json == null) {
      refused.add(new Refused(record, "it has no value"));
      return;
    }
    if (progress.covers(seq)) {
      repeated++;
    } else {
      rows.add(new Entry(record, EventRow.of(record, seq, type, json)));
    }
    progress = progress.raisedTo(watermark);
  }

  private void addGap(ConsumerRecord<byte[], byte[]> record, long fromSeq) {
    Gap gap = Gap.of(fromSeq, record.timestamp(), record.headers());
    if (gap == null) {
      refused.add(new Refused(record, "it tells of a gap, but not of which"));
    } else {
      gaps.add(gap);
    }
  }

  void readTo(long nextOffset) {
    progress = progress.at(nextOffset);
  }

  List<Entry> rows() {
    return rows;
  }

  List<Refused> refused() {
    return refused;
  }

  List<Gap> gaps() {
    return gaps;
  }

  Progress progress() {
    return progress;
  }

  int repeated() {
    return repeated;
  }

  int records() {
    return records;
  }

  long bytes() {
    return bytes;
  }

  @Nullable Long firstSeq() {
    return firstSeq;
  }

  /** The watermark that the record carries, a negative one without it, null when unreadable. */
  private static @Nullable Long watermark(ConsumerRecord<byte[], byte[]> record) {
    String watermark = EventRow.text(record, EventHeaders.WATERMARK);
    try {
      return watermark == null ? NO_WATERMARK : Long.valueOf(watermark);
    } catch (NumberFormatException foreign) {
      return null;
    }
  }
}
