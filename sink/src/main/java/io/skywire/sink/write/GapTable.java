package io.skywire.sink.write;

import io.skywire.common.topic.Gap;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.List;

/**
 * Writes {@code gaps}, in the transaction of the watermark that passes them: who can read beyond a
 * gap can also read of it.
 */
final class GapTable {
  private GapTable() {}

  /** Stores those that are not there yet: each comes once from every partition. */
  static void store(Connection transaction, List<Gap> gaps) throws SQLException {
    if (gaps.isEmpty()) {
      return;
    }
    try (PreparedStatement insert =
        transaction.prepareStatement(
            """
            insert into gaps (relay, from_seq, to_seq, reason, detected_at)
            values (?, ?, ?, ?, ?) on conflict do nothing
            """)) {
      for (Gap gap : gaps) {
        insert.setString(1, gap.relay());
        insert.setLong(2, gap.fromSeq());
        insert.setLong(3, gap.toSeq());
        insert.setString(4, gap.reason());
        insert.setObject(5, gap.detectedAt().atOffset(ZoneOffset.UTC));
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }
}
