package io.skywire.sink.write;

import io.skywire.common.topic.Gap;
import io.skywire.common.topic.Replay;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What is stored in one transaction: the rows, how far each partition gets, and the records that
 * are no events. A {@link BatchAssembly} makes it from what one or more polls brought.
 *
 * @param rows in the order of their partitions, not of seq
 * @param replayed dead letters' events, to be stored after the rows, one by one in this order
 * @param progress by partition number, ascending
 * @param repeated how many events were left out as stored already
 * @param records how many were read for it, whatever they turned out to be
 * @param bytes their keys and values, and what holding them costs
 * @param firstSeqs of each partition the lowest seq that its part of this batch can have: its first
 *     event's, or the one after its first watermark. What was below came before
 * @param gaps what the relay no longer had; each may come from several partitions
 */
public record EventBatch(
    List<Entry> rows,
    List<Replayed> replayed,
    TreeMap<Integer, Progress> progress,
    List<Refused> refused,
    int repeated,
    int records,
    long bytes,
    Map<Integer, Long> firstSeqs,
    List<Gap> gaps) {

  /** Whether there is nothing to store, not even progress. */
  public boolean isEmpty() {
    return progress.isEmpty();
  }

  /** A row and the record that it came from. */
  public record Entry(ConsumerRecord<byte[], byte[]> source, EventRow row) {}

  /** An event below the watermark that an operator has put into the topic again. */
  public record Replayed(Entry entry, Replay replay) {}

  /** A record that cannot be a row, and why. */
  public record Refused(ConsumerRecord<byte[], byte[]> source, Refusal why, String detail) {}

  /** Why a record became no row. */
  public enum Refusal {
    /** Its key, value, headers or timestamp are not an event's: the ingester did not write it. */
    NOT_AN_EVENT("not_an_event"),
    /** PostgreSQL took the other rows, and not this one. */
    REFUSED_BY_DATABASE("refused_by_database");

    private final String label;

    Refusal(String label) {
      this.label = label;
    }

    /** The metric's label, and the letter's reason. */
    public String label() {
      return label;
    }
  }

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
}
