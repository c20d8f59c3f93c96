package io.skywire.sink.write;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.skywire.common.database.ReadableChannel;
import io.skywire.sink.retention.DayPartitions;
import io.skywire.sink.write.EventBatch.Entry;
import io.skywire.sink.write.EventBatch.Progress;
import io.skywire.sink.write.EventBatch.Refusal;
import io.skywire.sink.write.EventBatch.Refused;
import io.skywire.sink.write.EventBatch.Replayed;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores a batch: rows and progress in one PostgreSQL transaction, or nothing. A record that
 * PostgreSQL refuses is found by bisection and handed to the dead letters before the rest of its
 * batch is committed. A day that retention drops in between is made again, and the batch stored at
 * once. Called by the sink's thread only.
 */
public final class EventStore implements BatchStore {
  private static final Logger log = LoggerFactory.getLogger(EventStore.class);

  /** Takes what could not be stored; returns when it is safe there. */
  public interface DeadLetters {
    void send(List<Refused> refused) throws SQLException;
  }

  /**
   * Tries of one batch when its partitions are dropped before it is stored. Retention does that to
   * events from before its time, and not again within its next looks.
   */
  private static final int TRIES_MAX = 3;

  private static final String LOCK_NOT_AVAILABLE = "55P03";

  /**
   * The rows of the progress are locked from the transaction's first statement on. Another's
   * transaction on our partitions is the rest of what it did before it lost them: it is waited for
   * as long as the first of these, then ended. A sink that stands still within its own, where
   * nobody takes over, is ended by the server: nothing that a sink does between two statements
   * takes as long as the second, unless Kafka is away. A statement that takes as long as the third
   * is ended and its batch comes again in parts ({@link BatchPace}): before the client takes the
   * connection for dead, and before the group takes the sink for dead. The apis hear of it when it
   * is committed.
   */
  private static final String BOUNDS =
      """
      select set_config('lock_timeout', '3s', true),
             set_config('idle_in_transaction_session_timeout', '20s', true),
             set_config('statement_timeout', '50s', true),
             pg_notify('%s', '')
      """
          .formatted(ReadableChannel.NAME);

  private final DataSource database;
  private final SinkProgress progress;
  private final DayPartitions partitions;
  private final DeadLetters deadLetters;
  private final EventEncoding encoding;
  private final StoreSpans spans;

  /**
   * @param encoding is this store's own from now on
   * @param tracer makes a span of each batch
   */
  public EventStore(
      DataSource database,
      SinkProgress progress,
      DayPartitions partitions,
      DeadLetters deadLetters,
      EventEncoding encoding,
      Tracer tracer) {
    this.database = database;
    this.progress = progress;
    this.partitions = partitions;
    this.deadLetters = deadLetters;
    this.encoding = encoding;
    this.spans = new StoreSpans(tracer);
  }

  @Override
  public Outcome store(
      EventBatch batch, Map<Integer, Progress> expected, List<TrimmedRange> trimmed)
      throws SQLException, PartitionLostException {
    spans.begin(batch);
    try {
      return storeInTries(batch, expected, trimmed);
    } catch (SQLException | PartitionLostException | RuntimeException failure) {
      spans.failed(failure);
      throw failure;
    } finally {
      spans.end();
    }
  }

  @Override
  public void learn(EventBatch batch) throws SQLException {
    encoding.learn(batch.rows());
  }

  @Override
  public void close() {
    encoding.close();
  }

  private Outcome storeInTries(
      EventBatch batch, Map<Integer, Progress> expected, List<TrimmedRange> trimmed)
      throws SQLException, PartitionLostException {
    for (int tries = 1; ; tries++) {
      partitions.makeAhead();
      partitions.makeFor(days(batch));
      try {
        return storeOnce(batch, expected, trimmed);
      } catch (SQLException failure) {
        if (!SqlStates.isMissingPartition(failure)) {
          throw failure;
        }
        partitions.forget();
        if (tries == TRIES_MAX) {
          throw failure;
        }
      }
    }
  }

  private Outcome storeOnce(
      EventBatch batch, Map<Integer, Progress> expected, List<TrimmedRange> trimmed)
      throws SQLException, PartitionLostException {
    try {
      return storeWhole(batch, expected, trimmed);
    } catch (SQLException refused) {
      if (LOCK_NOT_AVAILABLE.equals(refused.getSQLState())) {
        endOthers(batch);
      }
      if (!SqlStates.isAboutTheData(refused)) {
        throw refused;
      }
      return storeWithoutTheRefused(batch, expected, trimmed);
    }
  }

  private static List<Long> days(EventBatch batch) {
    return Stream.concat(batch.rows().stream(), batch.replayed().stream().map(Replayed::entry))
        .map(entry -> entry.row().indexedAt())
        .toList();
  }

  private Outcome storeWhole(
      EventBatch batch, Map<Integer, Progress> expected, List<TrimmedRange> trimmed)
      throws SQLException, PartitionLostException {
    try (Connection transaction = begin()) {
      advance(transaction, batch, expected, trimmed);
      copy(transaction, placed(batch.rows()));
      int stored = batch.rows().size();
      for (Replayed replayed : batch.replayed()) {
        stored +=
            ReplayedRows.store(transaction, replayed.replay(), placed(replayed.entry()), encoding)
                ? 1
                : 0;
      }
      deadLetters.send(batch.refused());
      commit(transaction);
      return outcome(batch, stored, batch.refused());
    }
  }

  private Outcome storeWithoutTheRefused(
      EventBatch batch, Map<Integer, Progress> expected, List<TrimmedRange> trimmed)
      throws SQLException, PartitionLostException {
    try (Connection transaction = begin()) {
      advance(transaction, batch, expected, trimmed);
      List<Refused> refused = new ArrayList<>(batch.refused());
      int stored = bisect(transaction, batch.rows(), refused);
      for (Replayed replayed : batch.replayed()) {
        stored += storeUnlessRefused(transaction, replayed, refused) ? 1 : 0;
      }
      if (stored == 0 && refused.size() > batch.refused().size()) {
        requireATableThatTakesRows(transaction, days(batch).getFirst());
      }
      deadLetters.send(refused);
      commit(transaction);
      return outcome(batch, stored, refused);
    }
  }

  private void copy(Connection transaction, List<EventRow> rows) throws SQLException {
    Span step = spans.step("COPY");
    try {
      EventTable.copy(transaction, rows, encoding);
    } finally {
      step.end();
    }
  }

  private void commit(Connection transaction) throws SQLException {
    Span step = spans.step("COMMIT");
    try {
      transaction.commit();
    } finally {
      step.end();
    }
  }

  private static Outcome outcome(EventBatch batch, int stored, List<Refused> refused) {
    int records = batch.rows().size() + batch.replayed().size() + batch.refused().size();
    return new Outcome(stored, batch.repeated() + records - stored - refused.size(), refused);
  }

  /**
   * Copies all rows but those that PostgreSQL refuses; as deep as the batch's binary logarithm.
   *
   * @return how many it copied
   */
  private int bisect(Connection transaction, List<Entry> rows, List<Refused> refused)
      throws SQLException {
    if (rows.isEmpty()) {
      return 0;
    }
    Savepoint before = transaction.setSavepoint();
    try {
      EventTable.copy(transaction, placed(rows), encoding);
      transaction.releaseSavepoint(before);
      return rows.size();
    } catch (SQLException refusal) {
      goBack(transaction, before, refusal);
      if (rows.size() == 1) {
        refused.add(refusedByDatabase(rows.getFirst(), refusal));
        return 0;
      }
      int middle = rows.size() / 2;
      return bisect(transaction, rows.subList(0, middle), refused)
          + bisect(transaction, rows.subList(middle, rows.size()), refused);
    }
  }

  /**
   * A trigger or a column that somebody has added may refuse whatever comes: events are not to
   * become dead letters for that. Tried with a row that nobody can object to, and that goes again.
   *
   * @throws SQLException when that is refused too
   */
  private void requireATableThatTakesRows(Connection transaction, long day) throws SQLException {
    Savepoint before = transaction.setSavepoint();
    try {
      EventTable.copy(transaction, List.of(EventRow.plain(partitions.place(day))), encoding);
    } catch (SQLException refusal) {
      throw SqlStates.isAboutTheData(refusal)
          ? new SQLException(
              "the table refuses every row: " + refusal.getMessage(), refusal.getSQLState())
          : refusal;
    }
    transaction.rollback(before);
    transaction.releaseSavepoint(before);
  }

  private List<EventRow> placed(List<Entry> rows) {
    return rows.stream().map(this::placed).toList();
  }

  private EventRow placed(Entry entry) {
    return entry.row().at(partitions.place(entry.row().indexedAt()));
  }

  private boolean storeUnlessRefused(
      Connection transaction, Replayed replayed, List<Refused> refused) throws SQLException {
    Savepoint before = transaction.setSavepoint();
    try {
      boolean stored =
          ReplayedRows.store(transaction, replayed.replay(), placed(replayed.entry()), encoding);
      transaction.releaseSavepoint(before);
      return stored;
    } catch (SQLException refusal) {
      goBack(transaction, before, refusal);
      refused.add(refusedByDatabase(replayed.entry(), refusal));
      return false;
    }
  }

  private static void goBack(Connection transaction, Savepoint to, SQLException refusal)
      throws SQLException {
    if (!SqlStates.isAboutTheData(refusal)) {
      throw refusal;
    }
    transaction.rollback(to);
    // A savepoint survives going back to it; thousands would slow the transaction down.
    transaction.releaseSavepoint(to);
  }

  private static Refused refusedByDatabase(Entry entry, SQLException refusal) {
    return new Refused(entry.source(), Refusal.REFUSED_BY_DATABASE, SqlStates.describe(refusal));
  }

  /**
   * A sink that was stopped in mid-transaction, or cut off, keeps its rows locked for as long as
   * PostgreSQL takes it to be alive, and nobody could go on with its partitions.
   */
  private void endOthers(EventBatch batch) throws SQLException {
    try (Connection connection = database.getConnection()) {
      int ended = progress.endTransactions(connection, batch.progress().keySet());
      if (ended > 0) {
        log.warn("ended {} transactions of others on {}", ended, batch.progress().keySet());
      }
    }
  }

  private Connection begin() throws SQLException {
    Connection connection = database.getConnection();
    // The pool rolls back and restores on close whatever is left open.
    connection.setAutoCommit(false);
    try (Statement limit = connection.createStatement()) {
      limit.execute(BOUNDS);
      encoding.begin(connection);
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

  /**
   * What became of a batch's records.
   *
   * @param stored rows that are new or have replaced one
   * @param repeated events that the table has already
   * @param refused what went to the dead letters
   */
  public record Outcome(int stored, int repeated, List<Refused> refused) {
    public Outcome {
      refused = List.copyOf(refused);
    }
  }

  /** Seqs, both exclusive, between which Kafka no longer had a partition's records. */
  public record TrimmedRange(String source, long fromSeq, long toSeq) {}
}
