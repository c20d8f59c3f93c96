package io.skywire.sink.write;

import io.skywire.common.topic.EventHeaders;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * What one poll brought, sorted out: the rows to store, how far each partition gets, and the
 * records that are no events. A record at or below its partition's watermark is stored already (an
 * operator has set the cursor back) and is left out. Pure: reads keys and headers only.
 *
 * @param rows in the order of their partitions, not of seq
 * @param progress by partition number, ascending
 * @param repeated how many events were left out as stored already
 * @param firstSeqs the first seq of each partition in this batch
 */
public record EventBatch(
    List<Entry> rows,
    TreeMap<Integer, Progress> progress,
    List<Refused> refused,
    int repeated,
    Map<Integer, Long> firstSeqs) {

  static final EventBatch EMPTY =
      new EventBatch(List.of(), new TreeMap<>(), List.of(), 0, Map.of());

  /** Whether there is nothing to store, not even progress. */
  public boolean isEmpty() {
    return progress.isEmpty();
  }

  /** A row and the record that it came from. */
  public record Entry(ConsumerRecord<byte[], byte[]> source, EventRow row) {}

  /** A record that cannot be a row, and why. */
  public record Refused(ConsumerRecord<byte[], byte[]> source, String detail) {}

  /**
   * Where a partition is.
   *
   * @param nextOffset what is read next
   * @param watermark every event of the partition at or below it is stored; null when unknown
   */
  public record Progress(long nextOffset, @Nullable Long watermark) {
    boolean covers(long seq) {
      return watermark != null && seq <= watermark;
    }

    Progress raisedTo(long seq) {
      return seq < 0 || (watermark != null && watermark >= seq)
          ? this
          : new Progress(nextOffset, seq);
    }

    Progress at(long offset) {
      return new Progress(offset, watermark);
    }
  }

  private static final Long NO_WATERMARK = -1L;

  // What timestamptz holds of the years that an ISO 8601 datetime can name.
  private static final Instant TIME_MIN = Instant.parse("-4712-01-01T00:00:00Z");
  private static final Instant TIME_MAX = Instant.parse("+294276-12-31T23:59:59Z");

  /**
   * @param before the progress of each partition in {@code records} as this sink stored or read it
   */
  static EventBatch of(ConsumerRecords<byte[], byte[]> records, Map<Integer, Progress> before) {
    List<Entry> rows = new ArrayList<>(records.count());
    List<Refused> refused = new ArrayList<>();
    TreeMap<Integer, Progress> after = new TreeMap<>();
    Map<Integer, Long> firstSeqs = new HashMap<>();
    int repeated = 0;
    for (TopicPartition partition : records.partitions()) {
      Progress progress = before.get(partition.partition());
      if (progress == null) {
        throw new IllegalStateException("no progress known of " + partition);
      }
      for (ConsumerRecord<byte[], byte[]> record : records.records(partition)) {
        byte[] key = record.key();
        String type = text(record, EventHeaders.EVENT_TYPE);
        Long watermark = watermark(record);
        if (key == null || key.length != Long.BYTES || type == null || watermark == null) {
          refused.add(new Refused(record, "its key is no seq, or its headers are not an event's"));
          continue;
        }
        long seq = ByteBuffer.wrap(key).getLong();
        firstSeqs.putIfAbsent(partition.partition(), seq);
        if (type.equals(EventHeaders.WATERMARK)) {
          progress = progress.raisedTo(seq);
          continue;
        }
        byte[] json = record.value();
        if (json == null) {
          refused.add(new Refused(record, "it has no value"));
          continue;
        }
        if (progress.covers(seq)) {
          repeated++;
        } else {
          rows.add(new Entry(record, row(record, seq, type, json)));
        }
        progress = progress.raisedTo(watermark);
      }
      // Not a record's own offset + 1: commit markers and aborted records leave gaps.
      after.put(
          partition.partition(),
          progress.at(Objects.requireNonNull(records.nextOffsets().get(partition)).offset()));
    }
    return new EventBatch(rows, after, refused, repeated, firstSeqs);
  }

  private static EventRow row(
      ConsumerRecord<byte[], byte[]> record, long seq, String type, byte[] json) {
    Header repo = record.headers().lastHeader(EventHeaders.REPO);
    String collections = text(record, EventHeaders.COLLECTIONS);
    return new EventRow(
        seq,
        type.getBytes(StandardCharsets.UTF_8),
        repo == null ? null : repo.value(),
        collections == null || collections.isEmpty() ? List.of() : List.of(collections.split(",")),
        micros(text(record, EventHeaders.TIME)),
        record.timestamp(),
        json);
  }

  private static @Nullable String text(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  /** The watermark that the record carries, a negative one without it, null when unreadable. */
  private static @Nullable Long watermark(ConsumerRecord<byte[], byte[]> record) {
    String watermark = text(record, EventHeaders.WATERMARK);
    try {
      return watermark == null ? NO_WATERMARK : Long.valueOf(watermark);
    } catch (NumberFormatException foreign) {
      return null;
    }
  }

  private static @Nullable Long micros(@Nullable String time) {
    if (time == null) {
      return null;
    }
    try {
      Instant instant = OffsetDateTime.parse(time).toInstant();
      return instant.isBefore(TIME_MIN) || instant.isAfter(TIME_MAX)
          ? null
          : Math.addExact(
              Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1000);
    } catch (DateTimeException noSuchTime) {
      return null;
    }
  }
}
