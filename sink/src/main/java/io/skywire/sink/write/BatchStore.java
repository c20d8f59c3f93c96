package io.skywire.sink.write;

import io.skywire.sink.write.EventBatch.Progress;
import io.skywire.sink.write.EventStore.Outcome;
import io.skywire.sink.write.EventStore.TrimmedRange;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** Where batches go to, each whole or not at all. One thread. */
public interface BatchStore extends AutoCloseable {
  /**
   * @param expected where each partition was when this sink last stored or read it
   * @param trimmed partitions whose next records Kafka no longer had
   * @return what became of the records
   * @throws PartitionLostException when another sink has moved a partition; nothing is stored
   * @throws SQLException when PostgreSQL is away or cannot go on; nothing is stored
   */
  Outcome store(EventBatch batch, Map<Integer, Progress> expected, List<TrimmedRange> trimmed)
      throws SQLException, PartitionLostException;

  /** Learns from a batch that is stored how to store the next ones shorter. */
  void learn(EventBatch batch) throws SQLException;

  @Override
  void close();
}
