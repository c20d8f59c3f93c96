package io.skywire.sink.write;

import io.skywire.common.topic.EventHeaders;
import io.skywire.common.topic.Gap;
import io.skywire.common.topic.Replay;
import io.skywire.common.topic.Seq;
import io.skywire.sink.write.EventBatch.Entry;
import io.skywire.sink.write.EventBatch.Progress;
import io.skywire.sink.write.EventBatch.Refusal;
import io.skywire.sink.write.EventBatch.Refused;
import io.skywire.sink.write.EventBatch.Replayed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * One partition's part of a batch: its records, sorted out one by one in the order of their
 * offsets. A record at or below the partition's watermark is stored already (an operator has set
 * the cursor back) and is left out, unless it is a replayed dead letter. Reads keys and headers
 * only, and takes nothing in them for granted: whoever may write to the topic has written them.
 */
final class PartitionShare {
  /** What a record holds beside its key and value: its dozen headers, as objects. */
  private static final int RECORD_OVERHEAD_BYTES = 2048;

  /** Those of an event with 200 collections have less. */
  private static final int HEADER_BYTES_MAX = 64 * 1024;

  private static final Long NO_SEQ = -1L;

  private static final String LATER_BEGINNING = "the topic does not go on where it was stored to";

  /** Each day has a partition, named by eight digits. */
  private static final long TIMESTAMP_MAX =
      Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

  private final List<Entry> rows = new ArrayList<>();
  private final List<Replayed> replayed = new ArrayList<>();
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
    for (Header header : record.headers()) {
      if (header.value() != null && header.value().length > HEADER_BYTES_MAX) {
        refuse(record, "one of its headers is larger than an event's");
        return;
      }
    }
    Long seq = Seq.ofKey(key);
    String type = EventRow.text(record, EventHeaders.EVENT_TYPE);
    Long watermark = seqIn(record, EventHeaders.WATERMARK);
    Long begins = seqIn(record, EventHeaders.BEGINS);
    if (seq == null || type == null || watermark == null || begins == null) {
      refuse(record, "its key is no seq, or its headers are not an event's");
      return;
    }
    if (type.equals(EventHeaders.GAP)) {
      addGap(record, seq);
      return;
    }
    if (type.equals(EventHeaders.WATERMARK)) {
      addBeginning(record, begins);
      if (seq > 0) {
        // Every event up to it, its own seq's too, came before this record.
        mark(seq + 1);
      }
      progress = progress.raisedTo(seq);
      return;
    }
    if (seq == 0 || json == null) {
      refuse(record, json == null ? "it has no value" : "its seq is 0");
      return;
    }
    if (record.timestamp() < 0 || record.timestamp() > TIMESTAMP_MAX) {
      refuse(record, "its timestamp is not of the years 1970 to 9999: " + record.timestamp());
      return;
    }
    EventRow row = EventRow.of(record, seq, type, json);
    String replay = EventRow.text(record, EventHeaders.REPLAY);
    if (replay != null) {
      addReplayed(new Entry(record, row), replay);
      return;
    }
    mark(seq);
    if (progress.covers(seq)) {
      repeated++;
    } else {
      rows.add(new Entry(record, row));
    }
    progress = progress.raisedTo(watermark);
  }

  private void addReplayed(Entry entry, String label) {
    Replay replay = Replay.of(label);
    if (replay == null) {
      refuse(entry.source(), "its header replay has no meaning: " + label);
    } else if (!progress.covers(entry.row().seq())) {
      // It would be stored again when it comes in its turn.
      refuse(entry.source(), "it is a replay of what has not been read yet");
    } else {
      replayed.add(new Replayed(entry, replay));
    }
  }

  private void refuse(ConsumerRecord<byte[], byte[]> record, String detail) {
    refused.add(new Refused(record, Refusal.NOT_AN_EVENT, detail));
  }

  private void mark(long seq) {
    if (firstSeq == null) {
      firstSeq = seq;
    }
  }

  private void addGap(ConsumerRecord<byte[], byte[]> record, long fromSeq) {
    Gap gap = Gap.of(fromSeq, record.timestamp(), record.headers());
    if (gap == null) {
      refuse(record, "it tells of a gap, but not of which");
    } else {
      gaps.add(gap);
    }
  }

  /** A topic, made anew perhaps, that does not go on where this partition was read to. */
  private void addBeginning(ConsumerRecord<byte[], byte[]> record, long begins) {
    Long stored = progress.watermark();
    // That of a partition which has had no event yet is unknown, or 0.
    if (stored != null && stored > 0 && begins > stored + 1) {
      gaps.add(
          new Gap(
              record.topic() + "/" + record.partition(),
              stored,
              begins,
              LATER_BEGINNING,
              Instant.ofEpochMilli(record.timestamp())));
    }
  }

  void readTo(long nextOffset) {
    progress = progress.at(nextOffset);
  }

  List<Entry> rows() {
    return rows;
  }

  List<Replayed> replayed() {
    return replayed;
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

  /** The seq in a header of the record, a negative one without it, null when unreadable. */
  private static @Nullable Long seqIn(ConsumerRecord<byte[], byte[]> record, String name) {
    String text = EventRow.text(record, name);
    try {
      if (text == null) {
        return NO_SEQ;
      }
      long seq = Long.parseLong(text);
      return seq < 0 || seq > Seq.MAX ? null : (Long) seq;
    } catch (NumberFormatException foreign) {
      return null;
    }
  }
}
