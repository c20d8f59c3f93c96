package io.skywire.sink.write;

import io.skywire.sink.write.EventStore.Outcome;
import java.sql.SQLException;

/** Where batches go to, each whole or not at all. One call at a time. */
public interface BatchStore extends AutoCloseable {
  /**
   * @return what became of the records
   * @throws PartitionLostException when another sink has moved a partition; nothing is stored
   * @throws SQLException when PostgreSQL is away or cannot go on; nothing is stored
   */
  Outcome store(EventBatch batch) throws SQLException, PartitionLostException;

  /** Learns from a batch that is stored how to store the next ones shorter. */
  void learn(EventBatch batch) throws SQLException;

  @Override
  void close();
}
