package io.skywire.sink.write;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.util.PSQLException;

/**
 * One {@code COPY … FROM STDIN (FORMAT binary)}: fields are encoded into one buffer that is sent
 * whenever it is full, so memory does not grow with the batch. Closing without {@link #finish}
 * cancels the copy. A connection that breaks off in the middle is closed: the driver would take the
 * answers that are still to come for those of the next statements.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4">COPY, binary
 *     format</a>
 */
final class BinaryCopy implements AutoCloseable {
  /** What PostgreSQL counts its timestamps from, in microseconds since 1970. */
  static final long POSTGRES_EPOCH_MICROS =
      Instant.parse("2000-01-01T00:00:00Z").getEpochSecond() * 1_000_000;

  private static final byte[] HEADER = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
  };
  private static final int BUFFER_BYTES = 128 * 1024;
  private static final int NULL = -1;
  private static final int END = -1;

  private final Connection connection;
  private final CopyIn copy;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int used;

  BinaryCopy(Connection connection, String sql) throws SQLException {
    this.connection = connection;
    try {
      copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
    } catch (SQLException failed) {
      throw closed(failed);
    }
    append(HEADER, 0, HEADER.length);
  }

  void row(int fields) throws SQLException {
    int16(fields);
  }

  void bigint(long value) throws SQLException {
    int32(Long.BYTES);
    int64(value);
  }

  /** A timestamptz from microseconds since 1970, null as SQL null. */
  void timestamptz(@Nullable Long micros) throws SQLException {
    if (micros == null) {
      int32(NULL);
    } else {
      bigint(micros - POSTGRES_EPOCH_MICROS);
    }
  }

  /** An integer, null as SQL null. */
  void integer(@Nullable Integer value) throws SQLException {
    if (value == null) {
      int32(NULL);
    } else {
      int32(Integer.BYTES);
      int32(value);
    }
  }

  /** A bytea, or a text or json from its UTF-8, null as SQL null. */
  void bytes(byte @Nullable [] value) throws SQLException {
    if (value == null) {
      int32(NULL);
    } else {
      bytes(value, 0, value.length);
    }
  }

  /** A bytea of some bytes of an array. */
  void bytes(byte[] source, int from, int length) throws SQLException {
    int32(length);
    append(source, from, length);
  }

  void text(@Nullable String text) throws SQLException {
    bytes(text == null ? null : text.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends what is left and waits until PostgreSQL has taken or refused all of it. */
  void finish() throws SQLException {
    int16(END);
    flush();
    try {
      copy.endCopy();
    } catch (SQLException failed) {
      throw closed(failed);
    }
  }

  @Override
  public void close() throws SQLException {
    if (!copy.isActive() || connection.isClosed()) {
      return;
    }
    try {
      copy.cancelCopy();
    } catch (SQLException failed) {
      throw closed(failed);
    }
  }

  /** An answer of the server leaves the connection as good as it was; anything else does not. */
  private SQLException closed(SQLException failed) throws SQLException {
    if (!(failed instanceof PSQLException answer) || answer.getServerErrorMessage() == null) {
      connection.abort(Runnable::run);
    }
    return failed;
  }

  private void append(byte[] source, int from, int length) throws SQLException {
    if (length > buffer.length - used) {
      flush();
    }
    if (length > buffer.length) {
      send(source, from, length);
      return;
    }
    System.arraycopy(source, from, buffer, used, length);
    used += length;
  }

  private void int16(int value) throws SQLException {
    reserve(Short.BYTES);
    buffer[used++] = (byte) (value >> 8);
    buffer[used++] = (byte) value;
  }

  private void int32(int value) throws SQLException {
    int16(value >> 16);
    int16(value);
  }

  private void int64(long value) throws SQLException {
    int32((int) (value >> 32));
    int32((int) value);
  }

  private void reserve(int bytes) throws SQLException {
    if (bytes > buffer.length - used) {
      flush();
    }
  }

  private void flush() throws SQLException {
    send(buffer, 0, used);
    used = 0;
  }

  private void send(byte[] source, int from, int length) throws SQLException {
    try {
      copy.writeToCopy(source, from, length);
    } catch (SQLException failed) {
      throw closed(failed);
    }
  }
}
