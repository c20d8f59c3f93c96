package io.skywire.benchmarks.api;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import io.skywire.sink.write.DictionaryTraining;
import io.skywire.sink.write.ZstdEncoding;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Rows as Skywire's sink stores them, made of rows with JSON. One thread. */
final class CompressedRows implements AutoCloseable {
  private static final int LEARNED_ROWS = 20_000;
  private static final int FETCH_ROWS = 1_000;
  private static final int COLUMNS = 6;
  private static final HexFormat HEX = HexFormat.of();

  private final ZstdCompressCtx context = new ZstdCompressCtx().setLevel(ZstdEncoding.LEVEL);

  /** Goes on with the dictionary that is there, or learns one of the events that are stored. */
  static CompressedRows learn(Connection connection) throws SQLException {
    return learn(connection, "select event from firehose_events");
  }

  /**
   * Goes on with the dictionary that is there, or learns one.
   *
   * @param events a query for those that it is learned of
   */
  static CompressedRows learn(Connection connection, String events) throws SQLException {
    try (Statement select = connection.createStatement();
        ResultSet row = select.executeQuery("select dictionary from event_dictionaries limit 1")) {
      if (row.next()) {
        return new CompressedRows(row.getBytes(1));
      }
    }
    DictionaryTraining training = new DictionaryTraining();
    try (Statement select = connection.createStatement();
        ResultSet row = select.executeQuery(events + " limit " + LEARNED_ROWS)) {
      while (row.next()) {
        training.see(row.getBytes(1));
      }
    }
    byte[] dictionary = training.train();
    try (PreparedStatement insert =
        connection.prepareStatement(
            "insert into event_dictionaries (id, dictionary) values (?, ?)")) {
      insert.setInt(1, (int) Zstd.getDictIdFromDict(dictionary));
      insert.setBytes(2, dictionary);
      insert.executeUpdate();
    }
    return new CompressedRows(dictionary);
  }

  private CompressedRows(byte[] dictionary) {
    context.loadDict(dictionary);
  }

  /**
   * Copies rows from one connection to another.
   *
   * @param rows a query for the columns {@code seq, event_type, repo, collection, time, indexed_at,
   *     event}, in this order
   */
  void copy(Connection from, String rows, Connection to, String table) throws SQLException {
    from.setAutoCommit(false);
    CopyIn copy =
        to.unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn(
                """
                copy %s (seq, event_type, repo, collection, time, indexed_at, event_bytes,
                         event_zstd) from stdin
                """
                    .formatted(table));
    try (Statement select = from.createStatement()) {
      select.setFetchSize(FETCH_ROWS);
      try (ResultSet row = select.executeQuery(rows)) {
        while (row.next()) {
          byte[] line = line(row).getBytes(StandardCharsets.UTF_8);
          copy.writeToCopy(line, 0, line.length);
        }
      }
      copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
    from.commit();
  }

  private String line(ResultSet row) throws SQLException {
    StringBuilder line = new StringBuilder();
    for (int column = 1; column <= COLUMNS; column++) {
      line.append(orNull(row.getString(column))).append('\t');
    }
    byte[] json = row.getBytes(COLUMNS + 1);
    line.append(json.length).append("\t\\\\x");
    return line.append(HEX.formatHex(context.compress(json))).append('\n').toString();
  }

  private static String orNull(@Nullable String value) {
    return value == null ? "\\N" : value;
  }

  @Override
  public void close() {
    context.close();
  }
}
