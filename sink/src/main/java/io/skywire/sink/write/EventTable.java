package io.skywire.sink.write;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Writes rows into {@code firehose_events}, in the caller's transaction. */
final class EventTable {
  private EventTable() {}

  /**
   * Copies the rows; their days' partitions must be there.
   *
   * @param encoding that has begun in this transaction
   * @throws SQLException when PostgreSQL refuses a row (nothing is stored then) or is away
   */
  static void copy(Connection transaction, List<EventRow> rows, EventEncoding encoding)
      throws SQLException {
    try (EncodedEvents events = encoding.encode(rows);
        BinaryCopy copy =
            new BinaryCopy(
                transaction,
                """
                copy firehose_events (seq, event_type, repo, collection, time, indexed_at,
                                      event, event_bytes, event_zstd)
                from stdin (format binary)
                """)) {
      for (EventRow row : rows) {
        copy.row(9);
        copy.bigint(row.seq());
        copy.bytes(row.eventType());
        copy.bytes(row.repo());
        copy.text(row.collections().isEmpty() ? null : row.collections().getFirst());
        copy.timestamptz(row.time());
        copy.timestamptz(row.indexedAt() * 1000);
        events.writeNext(copy);
      }
      copy.finish();
    }
    List<EventRow> ofSeveralCollections =
        rows.stream().filter(row -> row.collections().size() > 1).toList();
    if (!ofSeveralCollections.isEmpty()) {
      copyFurtherCollections(transaction, ofSeveralCollections);
    }
  }

  private static void copyFurtherCollections(Connection transaction, List<EventRow> rows)
      throws SQLException {
    try (BinaryCopy copy =
        new BinaryCopy(
            transaction,
            """
            copy firehose_event_collections (collection, seq, indexed_at)
            from stdin (format binary)
            """)) {
      for (EventRow row : rows) {
        for (String collection : row.collections().subList(1, row.collections().size())) {
          copy.row(3);
          copy.text(collection);
          copy.bigint(row.seq());
          copy.timestamptz(row.indexedAt() * 1000);
        }
      }
      copy.finish();
    }
  }
}
