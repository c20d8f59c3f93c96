package io.skywire.sink.write;

import io.skywire.sink.retention.DayPartitions;
import io.skywire.sink.write.EventBatch.Entry;
import io.skywire.sink.write.EventBatch.Progress;
import io.skywire.sink.write.EventBatch.Refused;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/**
 * Stores a batch: rows and progress in one PostgreSQL transaction, or nothing. A record that
 * PostgreSQL refuses is found by bisection and handed to the dead letters before the rest of its
 * batch is committed. Called by the sink's thread only.
 */
public final class EventStore {
  /** Takes what could not be stored; returns when it is safe there. */
  public interface DeadLetters {
    void send(List<Refused> refused) throws SQLException;
  }

  private static final String NO_PARTITION_FOR_ROW = "23514";

  /**
   * The rows of the progress are locked from the transaction's first statement on. A sink that
   * stands still in the middle of it, alive but stopped, must let them go to whom its partitions
   * have gone. Nothing that a sink does between two statements takes as long as the first of these,
   * unless Kafka is away; no copy of a batch as long as the second.
   */
  private static final String BOUNDS =
      """
      select set_config('idle_in_transaction_session_timeout', '20s', true),
             set_config('statement_timeout', '5min', true)
      """;

  private final DataSource database;
  private final SinkProgress progress;
  private final DayPartitions partitions;
  private final DeadLetters deadLetters;

  public EventStore(
      DataSource database,
      SinkProgress progress,
      DayPartitions partitions,
      DeadLetters deadLetters) {
    this.database = database;
    this.progress = progress;
    this.partitions = partitions;
    this.deadLetters = deadLetters;
  }

  /**
   * @param expected where each partition was when this sink last stored or read it
   * @param trimmed partitions whose next records Kafka no longer had
   * @return how many records went to the dead letters
   * @throws PartitionLostException when another sink has moved a partition; nothing is stored
   * @throws SQLException when PostgreSQL is away or cannot go on; nothing is stored
   */
  public int store(EventBatch batch, Map<Integer, Progress> expected, List<TrimmedRange> trimmed)
      throws SQLException, PartitionLostException {
    partitions.makeAhead();
    partitions.makeFor(batch.rows().stream().map(entry -> entry.row().indexedAt()).toList());
    try {
      return storeWhole(batch, expected, trimmed);
    } catch (SQLException refused) {
      if (!SqlStates.isAboutTheData(refused)) {
        throw refused;
      }
      if (NO_PARTITION_FOR_ROW.equals(refused.getSQLState())) {
        partitions.forget();
        throw refused;
      }
      return storeWithoutTheRefused(batch, expected, trimmed);
    }
  }

  private int storeWhole(
      EventBatch batch, Map<Integer, Progress> expected, List<TrimmedRange> trimmed)
      throws SQLException, PartitionLostException {
    try (Connection transaction = begin()) {
      advance(transaction, batch, expected, trimmed);
      EventTable.copy(transaction, batch.rows().stream().map(Entry::row).toList());
      deadLetters.send(batch.refused());
      transaction.commit();
      return batch.refused().size();
    }
  }

  private int storeWithoutTheRefused(
      EventBatch batch, Map<Integer, Progress> expected, List<TrimmedRange> trimmed)
      throws SQLException, PartitionLostException {
    try (Connection transaction = begin()) {
      advance(transaction, batch, expected, trimmed);
      List<Refused> refused = new ArrayList<>(batch.refused());
      bisect(transaction, batch.rows(), refused);
      deadLetters.send(refused);
      transaction.commit();
      return refused.size();
    }
  }

  /** Copies all rows but those that PostgreSQL refuses; as deep as the batch's binary logarithm. */
  private static void bisect(Connection transaction, List<Entry> rows, List<Refused> refused)
      throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    Savepoint before = transaction.setSavepoint();
    try {
      EventTable.copy(transaction, rows.stream().map(Entry::row).toList());
      transaction.releaseSavepoint(before);
    } catch (SQLException refusal) {
      if (!SqlStates.isAboutTheData(refusal)) {
        throw refusal;
      }
      transaction.rollback(before);
      if (rows.size() == 1) {
        refused.add(new Refused(rows.getFirst().source(), SqlStates.describe(refusal)));
        return;
      }
      int middle = rows.size() / 2;
      bisect(transaction, rows.subList(0, middle), refused);
      bisect(transaction, rows.subList(middle, rows.size()), refused);
    }
  }

  private Connection begin() throws SQLException {
    Connection connection = database.getConnection();
    // The pool rolls back and restores on close whatever is left open.
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(BOUNDS);
      return connection;
    } catch (SQLException failed) {
      connection.close();
      throw failed;
    }
  }

  private void advance(
      Connection transaction,
      EventBatch batch,
      Map<Integer, Progress> expected,
      List<TrimmedRange> trimmed)
      throws SQLException, PartitionLostException {
    if (!progress.advance(transaction, batch.progress(), expected)) {
      transaction.rollback();
      throw new PartitionLostException(batch.progress().keySet());
    }
    GapTable.store(transaction, batch.gaps());
    for (TrimmedRange range : trimmed) {
      try (PreparedStatement insert =
          transaction.prepareStatement(
              """
              insert into gaps (relay, from_seq, to_seq, reason, detected_at)
              values (?, ?, ?, ?, clock_timestamp()) on conflict do nothing
              """)) {
        insert.setString(1, range.source());
        insert.setLong(2, range.fromSeq());
        insert.setLong(3, range.toSeq());
        insert.setString(4, "trimmed from the topic before it was stored");
        insert.executeUpdate();
      }
    }
  }

  /** Seqs, both exclusive, between which Kafka no longer had a partition's records. */
  public record TrimmedRange(String source, long fromSeq, long toSeq) {}
}
