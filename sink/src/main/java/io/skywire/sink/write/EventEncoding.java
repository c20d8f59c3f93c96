package io.skywire.sink.write;

import io.skywire.sink.write.EventBatch.Entry;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.List;

/** How an event's JSON stands in its row. One thread. */
public interface EventEncoding extends AutoCloseable {
  /** As it is, for who would rather read the table with psql. */
  EventEncoding JSON =
      new EventEncoding() {
        @Override
        public void begin(Connection transaction) {}

        @Override
        public EncodedEvents encode(List<EventRow> rows) {
          Iterator<EventRow> next = rows.iterator();
          return copy -> {
            copy.bytes(next.next().json());
            copy.integer(null);
            copy.bytes(null);
          };
        }

        @Override
        public void learn(List<Entry> stored) {}

        @Override
        public void close() {}
      };

  /** To be called in each transaction before its first event. */
  void begin(Connection transaction) throws SQLException;

  /** The events of rows; to be closed before the next ones are encoded. */
  EncodedEvents encode(List<EventRow> rows);

  /** To be called with what has been stored, when its transaction is done. */
  void learn(List<Entry> stored) throws SQLException;

  @Override
  void close();
}
