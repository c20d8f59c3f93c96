package io.skywire.sink.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.common.lifecycle.FatalException;
import io.skywire.common.topic.Topics;
import io.skywire.sink.SinkDatabase;
import io.skywire.sink.write.EventBatch.Progress;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SinkProgressTest {
  private static final Progress START = new Progress(0, null);

  private final SinkProgress first = new SinkProgress("topic-1");
  private final SinkProgress second = new SinkProgress("topic-2");
  private SinkDatabase database;

  @BeforeEach
  void start() {
    database = SinkDatabase.create();
  }

  @AfterEach
  void stop() {
    database.close();
  }

  @Test
  void aPartitionMovesOnFromWhereItIsExpected() throws Exception {
    register(first, 2);
    assertThat(advance(first, Map.of(1, new Progress(10, 7L)), Map.of(1, START))).isTrue();
    assertThat(load(first)).isEqualTo(Map.of(0, START, 1, new Progress(10, 7L)));
    assertThat(advance(first, Map.of(1, new Progress(20, 9L)), Map.of(1, new Progress(10, 7L))))
        .isTrue();
    assertThat(load(first)).containsEntry(1, new Progress(20, 9L));
  }

  @Test
  void fromAStalePositionNoPartitionMoves() throws Exception {
    register(first, 2);
    advance(first, Map.of(1, new Progress(10, 7L)), Map.of(1, START));
    Map<Integer, Progress> stale = Map.of(0, START, 1, START);
    assertThat(advance(first, Map.of(0, new Progress(5, 7L), 1, new Progress(8, 6L)), stale))
        .isFalse();
    assertThat(advance(first, Map.of(0, new Progress(5, 7L)), Map.of())).isFalse();
    assertThat(load(first)).isEqualTo(Map.of(0, START, 1, new Progress(10, 7L)));
  }

  @Test
  void nothingIsReadableBeforeEachPartitionHasAWatermark() throws Exception {
    register(first, 2);
    advance(first, Map.of(1, new Progress(10, 7L)), Map.of(1, START));
    assertThat(database.rows("select coalesce(seq, 0) from readable_watermark"))
        .containsExactly("0");
    advance(first, Map.of(0, new Progress(5, 6L)), Map.of(0, START));
    assertThat(database.rows("select seq from readable_watermark")).containsExactly("6");
  }

  @Test
  void registeringAgainChangesNothing() throws Exception {
    register(first, 1);
    advance(first, Map.of(0, new Progress(10, 7L)), Map.of(0, START));
    register(first, 1);
    assertThat(load(first)).isEqualTo(Map.of(0, new Progress(10, 7L)));
  }

  @Test
  void aTopicThatIsMadeAgainGoesOnFromTheWatermarks() throws Exception {
    register(first, 2);
    advance(
        first,
        Map.of(0, new Progress(10, 7L), 1, new Progress(12, 9L)),
        Map.of(0, START, 1, START));
    register(second, 2);
    assertThat(load(second)).isEqualTo(Map.of(0, new Progress(0, 7L), 1, new Progress(0, 9L)));
  }

  @Test
  void anotherNumberOfPartitionsIsFatal() throws Exception {
    register(first, 2);
    assertThatThrownBy(() -> register(first, 3))
        .isInstanceOf(FatalException.class)
        .hasMessageContaining("3 partitions, but 2");
  }

  @Test
  void aTopicMadeAgainMayHaveOtherPartitionsOnlyWhenAllWereReadEquallyFar() throws Exception {
    register(first, 2);
    advance(first, Map.of(0, new Progress(10, 7L)), Map.of(0, START));
    assertThatThrownBy(() -> register(second, 3))
        .isInstanceOf(FatalException.class)
        .hasMessageContaining("recreate it with 2");
    advance(first, Map.of(1, new Progress(10, 7L)), Map.of(1, START));
    register(second, 3);
    Progress inherited = new Progress(0, 7L);
    assertThat(load(second)).isEqualTo(Map.of(0, inherited, 1, inherited, 2, inherited));
  }

  private void register(SinkProgress progress, int partitions) throws SQLException {
    try (Connection transaction = begin()) {
      progress.register(transaction, Topics.EVENTS, partitions);
      transaction.commit();
    }
  }

  /** Commits as a sink does: only when every partition was where it is expected. */
  private boolean advance(
      SinkProgress progress, Map<Integer, Progress> to, Map<Integer, Progress> expected)
      throws SQLException {
    try (Connection transaction = begin()) {
      boolean advanced = progress.advance(transaction, new TreeMap<>(to), expected);
      if (advanced) {
        transaction.commit();
      } else {
        transaction.rollback();
      }
      return advanced;
    }
  }

  private Map<Integer, Progress> load(SinkProgress progress) throws SQLException {
    try (Connection connection = database.pool().getConnection()) {
      return progress.load(connection, List.of(0, 1, 2));
    }
  }

  private Connection begin() throws SQLException {
    Connection connection = database.pool().getConnection();
    connection.setAutoCommit(false);
    return connection;
  }
}
