package io.skywire.api.events;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/**
 * Rows as PostgreSQL sends them by {@code COPY} in its binary format: one after the other, with
 * neither portions to ask for nor more than one of them in memory. Until it is closed the
 * connection can do nothing else; whoever closes it early waits for the rest, so the statement has
 * to have a limit. One thread.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html">COPY, "Binary Format"</a>
 */
final class CopiedRows implements AutoCloseable {
  private static final byte[] SIGNATURE =
      "PGCOPY\n\377\r\n\0".getBytes(StandardCharsets.ISO_8859_1);

  /** Flags below are nothing that a reader has to know. */
  private static final int FLAGS_CRITICAL = 0xFFFF_0000;

  private static final int END = -1;
  private static final int NULL = -1;

  private final Connection connection;
  private final CopyOut copy;
  private final int[] starts;
  private final int[] lengths;
  private boolean begun;

  /** What has come of the current row and, mostly, no more: a message each. */
  private byte[] bytes = {};

  /** Where in it the current row begins. */
  private int row;

  /** Where in it goes on what has not been looked at. */
  private int at;

  CopiedRows(Connection connection, CopyOut copy, int columns) {
    this.connection = connection;
    this.copy = copy;
    this.starts = new int[columns];
    this.lengths = new int[columns];
  }

  /**
   * @param query without parameters
   * @param columns how many it has
   */
  static CopiedRows open(Connection connection, String query, int columns) throws SQLException {
    String sql = "copy (\n" + query + ") to stdout (format binary)";
    try {
      CopyOut copy = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(sql);
      return new CopiedRows(connection, copy, columns);
    } catch (PSQLException failed) {
      throw broken(connection, failed);
    }
  }

  /** Goes on to the next row; false when there is none. */
  boolean next() throws SQLException {
    if (!begun) {
      readHead();
      begun = true;
    }
    row = at;
    long columns = number(take(Short.BYTES), Short.BYTES);
    if (columns == END) {
      return false;
    }
    if (columns != starts.length) {
      throw damaged("a row of %d columns".formatted(columns));
    }
    for (int column = 0; column < columns; column++) {
      int length = (int) number(take(Integer.BYTES), Integer.BYTES);
      if (length < NULL) {
        throw damaged("a column of %d bytes".formatted(length));
      }
      lengths[column] = length;
      starts[column] = (length == NULL ? at : take(length)) - row;
    }
    return true;
  }

  boolean isNull(int column) {
    return lengths[column] == NULL;
  }

  /** Of a {@code bigint} or {@code integer} that is not null. */
  long number(int column) throws SQLException {
    int length = lengths[column];
    if (length != Long.BYTES && length != Integer.BYTES) {
      throw damaged("a number of %d bytes".formatted(length));
    }
    return number(start(column), length);
  }

  /** Has the bytes of the row's columns, until the next row. */
  byte[] array() {
    return bytes;
  }

  /** Where in {@link #array} a column begins. */
  int start(int column) {
    return row + starts[column];
  }

  /** How many bytes a column has that is not null. */
  int length(int column) {
    return lengths[column];
  }

  /** Leaves the connection as it was, by taking what still comes. */
  @Override
  public void close() throws SQLException {
    while (copy.isActive()) {
      read();
    }
  }

  private void readHead() throws SQLException {
    int signature = take(SIGNATURE.length);
    if (!Arrays.equals(
        bytes, signature, signature + SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)) {
      throw damaged("another signature");
    }
    int flags = (int) number(take(Integer.BYTES), Integer.BYTES);
    int extension = (int) number(take(Integer.BYTES), Integer.BYTES);
    if ((flags & FLAGS_CRITICAL) != 0 || extension < 0) {
      throw damaged("flags %x and an extension of %d bytes".formatted(flags, extension));
    }
    take(extension);
  }

  private long number(int from, int length) {
    long number = bytes[from];
    for (int index = from + 1; index < from + length; index++) {
      number = (number << Byte.SIZE) | (bytes[index] & 0xFF);
    }
    return number;
  }

  /** Where in {@link #bytes} the next ones of this number are; the row's others move with them. */
  private int take(int length) throws SQLException {
    while (length > bytes.length - at) {
      byte[] more = read();
      if (more == null) {
        throw damaged("an end within a row");
      }
      int left = bytes.length - row;
      if (left > 0) {
        byte[] joined = Arrays.copyOfRange(bytes, row, bytes.length + more.length);
        System.arraycopy(more, 0, joined, left, more.length);
        bytes = joined;
      } else {
        bytes = more;
      }
      at -= row;
      row = 0;
    }
    at += length;
    return at - length;
  }

  private byte @Nullable [] read() throws SQLException {
    try {
      return copy.readFromCopy();
    } catch (PSQLException failed) {
      throw broken(connection, failed);
    }
  }

  /** What is not the server's word leaves half an answer on its way: nobody could go on there. */
  private static PSQLException broken(Connection connection, PSQLException failed)
      throws SQLException {
    if (failed.getServerErrorMessage() == null) {
      connection.abort(Runnable::run);
    }
    return failed;
  }

  private static SQLException damaged(String what) {
    return new PSQLException(
        "PostgreSQL has sent " + what + " by COPY", PSQLState.PROTOCOL_VIOLATION);
  }
}
