package io.skywire.sink.write;

import io.skywire.common.topic.Topics;
import io.skywire.sink.write.EventBatch.Progress;
import io.skywire.sink.write.EventStore.TrimmedRange;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This sink's share of the topic's partitions, read from where the table has got to: on assignment
 * each is sought to its {@code sink_progress}, and Kafka's own offsets are never used. Owns the
 * consumer; one thread.
 */
public final class EventConsumer implements EventSource {
  private static final Logger log = LoggerFactory.getLogger(EventConsumer.class);

  private static final Duration CLOSE_MAX = Duration.ofSeconds(3);

  /** A batch's first event waits no longer for others than this. */
  private static final Duration GATHER_MAX = Duration.ofMillis(100);

  private final Consumer<byte[], byte[]> consumer;
  private final SinkProgress stored;
  private final DataSource database;
  private final Map<Integer, Progress> progress = new HashMap<>();
  private final Set<Integer> trimmed = new HashSet<>();

  /** What is being polled together; a partition that is revoked in a poll leaves it. */
  private BatchAssembly assembly;

  /**
   * @param consumer with {@code max.poll.records} as its batches' limits want it, and no reset of
   *     offsets
   */
  public EventConsumer(
      Consumer<byte[], byte[]> consumer, SinkProgress stored, DataSource database) {
    this.consumer = consumer;
    this.stored = stored;
    this.database = database;
    this.assembly = new BatchAssembly(progress);
    consumer.subscribe(List.of(Topics.EVENTS), new SeekToProgress());
  }

  @Override
  public EventBatch poll(Duration wait, BatchLimits limits) {
    BatchAssembly taken = new BatchAssembly(progress);
    assembly = taken;
    try {
      ConsumerRecords<byte[], byte[]> polled = consumer.poll(wait);
      taken.add(polled);
      long end = System.nanoTime() + GATHER_MAX.toNanos();
      // A poll may bring commit markers only: no record, yet more behind them.
      while (!polled.nextOffsets().isEmpty()
          && limits.haveRoomBeside(taken.records(), taken.bytes())
          && System.nanoTime() - end < 0) {
        polled = consumer.poll(Duration.ZERO);
        taken.add(polled);
      }
    } catch (OffsetOutOfRangeException gone) {
      // With records under way the next poll says it again: where the gap is stays clear.
      if (taken.isEmpty()) {
        goOnWithTheOldest(gone.offsetOutOfRangePartitions().keySet());
      }
    }
    return taken.batch();
  }

  private void goOnWithTheOldest(Set<TopicPartition> partitions) {
    log.error("Kafka no longer has what comes next in {}; going on with its oldest", partitions);
    consumer.seekToBeginning(partitions);
    partitions.forEach(partition -> trimmed.add(partition.partition()));
  }

  @Override
  public Map<Integer, Progress> progress() {
    return progress;
  }

  @Override
  public List<TrimmedRange> trimmedBefore(EventBatch batch) {
    List<TrimmedRange> ranges = new ArrayList<>();
    for (int partition : trimmed) {
      Long first = batch.firstSeqs().get(partition);
      Progress before = progress.get(partition);
      long from = before == null || before.watermark() == null ? 0 : before.watermark();
      if (first != null && first > from + 1) {
        ranges.add(new TrimmedRange(Topics.EVENTS + "/" + partition, from, first));
      }
    }
    return ranges;
  }

  @Override
  public void stored(EventBatch batch) {
    progress.putAll(batch.progress());
    trimmed.removeAll(batch.firstSeqs().keySet());
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(CLOSE_MAX));
  }

  private final class SeekToProgress implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
      if (assigned.isEmpty()) {
        return;
      }
      List<Integer> numbers = assigned.stream().map(TopicPartition::partition).toList();
      try (Connection connection = database.getConnection()) {
        progress.putAll(stored.load(connection, numbers));
      } catch (SQLException away) {
        throw new KafkaException("progress cannot be read: " + away.getMessage(), away);
      }
      for (TopicPartition partition : assigned) {
        Progress at = progress.get(partition.partition());
        if (at == null) {
          throw new KafkaException(partition + " has no progress: it was added to a live topic");
        }
        consumer.seek(partition, at.nextOffset());
      }
      log.info("reading {}", assigned);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
      revoked.forEach(partition -> {
        assembly.remove(partition.partition());
        progress.remove(partition.partition());
        trimmed.remove(partition.partition());
      });
    }
  }
}
