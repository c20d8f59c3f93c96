package io.skywire.sink.write;

import io.skywire.common.topic.Replay;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/**
 * Stores replayed dead letters, in the caller's transaction. Whatever the table has under their
 * seq, afterwards it has one row: a frame decoded today takes the place of what was made of it
 * before, a record that PostgreSQL refused is only added where nothing is. So a replay may be
 * repeated.
 */
final class ReplayedRows {
  private ReplayedRows() {}

  /**
   * @return false when it was left out, since the table has the event
   */
  static boolean store(Connection transaction, Replay replay, EventRow row, EventEncoding encoding)
      throws SQLException {
    switch (replay) {
      case NEW, REPLACES -> delete(transaction, row.seq());
      case REPEATS -> {
        if (isStored(transaction, row.seq())) {
          return false;
        }
      }
    }
    EventTable.copy(transaction, List.of(row), encoding);
    return true;
  }

  private static boolean isStored(Connection transaction, long seq) throws SQLException {
    try (PreparedStatement select =
        transaction.prepareStatement("select 1 from firehose_events where seq = ? limit 1")) {
      select.setLong(1, seq);
      try (ResultSet row = select.executeQuery()) {
        return row.next();
      }
    }
  }

  private static void delete(Connection transaction, long seq) throws SQLException {
    List<OffsetDateTime> replaced = new ArrayList<>();
    try (PreparedStatement delete =
        transaction.prepareStatement(
            "delete from firehose_events where seq = ? returning indexed_at")) {
      delete.setLong(1, seq);
      try (ResultSet rows = delete.executeQuery()) {
        while (rows.next()) {
          replaced.add(rows.getObject(1, OffsetDateTime.class));
        }
      }
    }
    for (OffsetDateTime indexedAt : replaced) {
      // No index begins with the seq: the instant leaves one day's partition to search.
      try (PreparedStatement delete =
          transaction.prepareStatement(
              "delete from firehose_event_collections where indexed_at = ? and seq = ?")) {
        delete.setObject(1, indexedAt);
        delete.setLong(2, seq);
        delete.executeUpdate();
      }
    }
  }
}
