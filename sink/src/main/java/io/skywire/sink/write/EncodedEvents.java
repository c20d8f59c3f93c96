package io.skywire.sink.write;

import java.sql.SQLException;

/** The events of a batch's rows, in their order. One thread. */
interface EncodedEvents extends AutoCloseable {
  /**
   * Writes the columns {@code event}, {@code event_bytes} and {@code event_zstd} of the next row.
   *
   * @throws SQLException when its event is none, or the connection fails
   */
  void writeNext(BinaryCopy copy) throws SQLException;

  @Override
  default void close() {}
}
