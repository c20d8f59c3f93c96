package io.skywire.benchmarks.sink;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * The table that one would make without Skywire: the event as {@code jsonb}, and an index for each
 * filter. {@link #FIRST_COLLECTION} is the one that sinks of others write to; the other two also
 * answer for the collection of any op.
 */
enum PlainTable {
  /** Four indexes; by collection only the first op's is found. */
  FIRST_COLLECTION(
      """
      create table events (
        seq bigint primary key, event_type text not null, collection text, repo text,
        data jsonb not null);
      create index events_by_collection on events (collection, seq);
      create index events_by_repo on events (repo, seq);
      create index events_by_type on events (event_type, seq);
      """),
  /** Further collections in a second table, as Skywire has it. */
  SECOND_TABLE(
      FIRST_COLLECTION.ddl
          + """
          create table event_collections (
            collection text not null, seq bigint not null, primary key (collection, seq));
          """),
  /** All collections in an array; its index finds them, though not in seq order. */
  GIN(
      """
      create table events (
        seq bigint primary key, event_type text not null, collection text[], repo text,
        data jsonb not null);
      create index events_by_collection on events using gin (collection);
      create index events_by_repo on events (repo, seq);
      create index events_by_type on events (event_type, seq);
      """);

  /** Rows of one chunk of {@link #chunks}. */
  static final int CHUNK_ROWS = 10_000;

  private static final String COPY =
      "copy events (seq, event_type, collection, repo, data) from stdin";

  private final String ddl;

  PlainTable(String ddl) {
    this.ddl = ddl;
  }

  void create(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(ddl);
    }
  }

  /**
   * What {@code COPY} reads, in its text format.
   *
   * @param rows is empty afterwards: both together would not fit into memory
   */
  List<byte[]> chunks(Deque<PlainRow> rows) {
    List<byte[]> chunks = new ArrayList<>();
    Text chunk = new Text();
    for (int in = 1; !rows.isEmpty(); in++) {
      append(chunk, rows.remove());
      if (in % CHUNK_ROWS == 0 || rows.isEmpty()) {
        chunks.add(chunk.taken());
      }
    }
    return chunks;
  }

  /** Fills the table, and the second one where it is. */
  void fill(Connection connection, Collection<PlainRow> rows) throws SQLException {
    Text chunk = new Text();
    int in = 0;
    for (PlainRow row : rows) {
      append(chunk, row);
      if (++in % CHUNK_ROWS == 0 || in == rows.size()) {
        copy(connection, List.of(chunk.taken()));
      }
    }
    if (this == SECOND_TABLE) {
      Text further = new Text();
      for (PlainRow row : rows) {
        row.collections().stream()
            .skip(1)
            .forEach(collection -> further.raw(collection + "\t" + row.seq() + "\n"));
      }
      copy(connection, "copy event_collections from stdin", List.of(further.taken()));
    }
  }

  static void copy(Connection connection, List<byte[]> chunks) throws SQLException {
    copy(connection, COPY, chunks);
  }

  /** A COPY that has begun, for who times what goes into it. */
  static CopyIn begin(Connection connection) throws SQLException {
    return connection.unwrap(PGConnection.class).getCopyAPI().copyIn(COPY);
  }

  private static void copy(Connection connection, String sql, List<byte[]> chunks)
      throws SQLException {
    CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
    for (byte[] chunk : chunks) {
      write(copy, chunk);
    }
    copy.endCopy();
  }

  /** In pieces, as a client that reads a file would. */
  static void write(CopyIn copy, byte[] chunk) throws SQLException {
    int piece = 1 << 16;
    for (int from = 0; from < chunk.length; from += piece) {
      copy.writeToCopy(chunk, from, Math.min(piece, chunk.length - from));
    }
  }

  private void append(Text chunk, PlainRow row) {
    chunk.raw(row.seq() + "\t" + row.type() + "\t");
    chunk.raw(this == GIN ? "{" + String.join(",", row.collections()) + "}" : row.collection());
    chunk.raw("\t");
    chunk.raw(row.repo());
    chunk.raw("\t");
    chunk.escaped(row.json());
    chunk.raw("\n");
  }

  /** Grows; JSON has no control characters, so a backslash is all that needs one before it. */
  private static final class Text {
    private byte[] bytes = new byte[1 << 20];
    private int used;

    /** Without a backslash in it; null as {@code \N}. */
    void raw(@Nullable String text) {
      byte[] utf8 = (text == null ? "\\N" : text).getBytes(StandardCharsets.UTF_8);
      reserve(utf8.length);
      System.arraycopy(utf8, 0, bytes, used, utf8.length);
      used += utf8.length;
    }

    void escaped(byte[] json) {
      reserve(2 * json.length);
      for (byte each : json) {
        if (each == '\\') {
          bytes[used++] = '\\';
        }
        bytes[used++] = each;
      }
    }

    byte[] taken() {
      byte[] all = Arrays.copyOf(bytes, used);
      used = 0;
      return all;
    }

    private void reserve(int more) {
      if (bytes.length - used < more) {
        bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, used + more));
      }
    }
  }
}
