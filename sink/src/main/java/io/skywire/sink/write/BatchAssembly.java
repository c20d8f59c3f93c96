package io.skywire.sink.write;

import io.skywire.common.topic.Gap;
import io.skywire.sink.write.EventBatch.Entry;
import io.skywire.sink.write.EventBatch.Progress;
import io.skywire.sink.write.EventBatch.Refused;
import io.skywire.sink.write.EventBatch.Replayed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * Puts several polls together to one {@link EventBatch}, in the order in which they came. A
 * partition that is taken away in between leaves with all that came of it: its next owner reads it
 * from where the table is. Pure; one thread.
 */
final class BatchAssembly {
  private final Map<Integer, Progress> before;
  private final TreeMap<Integer, PartitionShare> shares = new TreeMap<>();

  /**
   * @param before where each partition is as this sink stored or read it; looked up when a
   *     partition's first records come
   */
  BatchAssembly(Map<Integer, Progress> before) {
    this.before = before;
  }

  void add(ConsumerRecords<byte[], byte[]> records) {
    for (TopicPartition partition : records.partitions()) {
      PartitionShare share =
          shares.computeIfAbsent(partition.partition(), number -> new PartitionShare(from(number)));
      for (ConsumerRecord<byte[], byte[]> record : records.records(partition)) {
        share.add(record);
      }
      // Not a record's own offset + 1: commit markers and aborted records leave gaps.
      share.readTo(Objects.requireNonNull(records.nextOffsets().get(partition)).offset());
    }
  }

  /** The partition is no longer this sink's: nothing of it may be stored. */
  void remove(int partition) {
    shares.remove(partition);
  }

  boolean isEmpty() {
    return shares.isEmpty();
  }

  /** How many records are in it, whatever they turned out to be. */
  int records() {
    return shares.values().stream().mapToInt(PartitionShare::records).sum();
  }

  /** Their keys and values, and what holding them costs. */
  long bytes() {
    return shares.values().stream().mapToLong(PartitionShare::bytes).sum();
  }

  EventBatch batch() {
    List<Entry> rows = new ArrayList<>();
    List<Replayed> replayed = new ArrayList<>();
    List<Refused> refused = new ArrayList<>();
    List<Gap> gaps = new ArrayList<>();
    TreeMap<Integer, Progress> after = new TreeMap<>();
    Map<Integer, Long> firstSeqs = new HashMap<>();
    int repeated = 0;
    for (Map.Entry<Integer, PartitionShare> entry : shares.entrySet()) {
      PartitionShare share = entry.getValue();
      rows.addAll(share.rows());
      replayed.addAll(share.replayed());
      refused.addAll(share.refused());
      gaps.addAll(share.gaps());
      after.put(entry.getKey(), share.progress());
      repeated += share.repeated();
      Long firstSeq = share.firstSeq();
      if (firstSeq != null) {
        firstSeqs.put(entry.getKey(), firstSeq);
      }
    }
    return new EventBatch(
        rows, replayed, after, refused, repeated, records(), bytes(), firstSeqs, gaps);
  }

  private Progress from(int partition) {
    Progress progress = before.get(partition);
    if (progress == null) {
      throw new IllegalStateException("no progress known of partition " + partition);
    }
    return progress;
  }
}
