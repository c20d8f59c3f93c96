package io.skywire.sink.write;

import io.skywire.sink.write.EventBatch.Entry;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** How an event's JSON stands in its row. One thread. */
public interface EventEncoding extends AutoCloseable {
  /** As it is, for who would rather read the table with psql. */
  EventEncoding JSON =
      new EventEncoding() {
        @Override
        public void begin(Connection transaction) {}

        @Override
        public void write(BinaryCopy copy, byte[] json) throws SQLException {
          copy.bytes(json);
          copy.integer(null);
          copy.bytes(null);
        }

        @Override
        public void learn(List<Entry> stored) {}

        @Override
        public void close() {}
      };

  /** To be called in each transaction before its first event. */
  void begin(Connection transaction) throws SQLException;

  /** Writes the columns {@code event}, {@code event_bytes} and {@code event_zstd}. */
  void write(BinaryCopy copy, byte[] json) throws SQLException;

  /** To be called with what has been stored, when its transaction is done. */
  void learn(List<Entry> stored) throws SQLException;

  @Override
  void close();
}
