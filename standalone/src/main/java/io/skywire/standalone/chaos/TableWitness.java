package io.skywire.standalone.chaos;

import io.skywire.common.compression.EventDecompressor;
import io.skywire.common.compression.EventDictionaries;
import io.skywire.common.database.DatabaseUrl;
import io.skywire.common.lifecycle.Loop;
import io.skywire.embedded.simulator.LedgerHash;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the tables of events, up to its watermark and by a connection that no fault touches but
 * those of the server. A row that is stored a second time below what it has read is found by {@link
 * #count}. Runs on one thread; {@code count} is for another.
 */
final class TableWitness implements Loop {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final long PAUSE_MILLIS = 50;
  private static final int ROWS_MAX = 2_000;

  private final DatabaseUrl database;
  private final Audit audit;
  private final Findings findings;
  private long at;

  /** Behind the events when the server has gone between the two. */
  private long collectionsAt;

  private long watermark;
  private volatile boolean stopped;

  TableWitness(DatabaseUrl database, Audit audit, Findings findings) {
    this.database = database;
    this.audit = audit;
    this.findings = findings;
  }

  @Override
  public void run() throws InterruptedException {
    try (EventDictionaries dictionaries = new EventDictionaries()) {
      while (!stopped) {
        try (Connection connection = connect(database)) {
          while (!stopped) {
            if (!look(connection, dictionaries)) {
              Thread.sleep(PAUSE_MILLIS);
            }
          }
        } catch (SQLException away) {
          // The server is killed or stopped now and then.
          Thread.sleep(PAUSE_MILLIS);
        }
      }
    }
  }

  @Override
  public void stop() {
    stopped = true;
  }

  /**
   * Rows of the whole tables and their distinct seqs, and whether gaps have been recorded: what
   * cannot be seen by reading on.
   */
  void count(Rows expected) throws SQLException {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      try (ResultSet row =
          statement.executeQuery("select count(*), count(distinct seq) from firehose_events")) {
        row.next();
        if (row.getLong(1) != row.getLong(2)) {
          findings.add(
              Finding.Kind.REPEATED,
              "the table has %d rows of %d events".formatted(row.getLong(1), row.getLong(2)));
        }
        long events = row.getLong(2);
        if (events != expected.events()) {
          findings.add(
              events < expected.events() ? Finding.Kind.LOST : Finding.Kind.REPEATED,
              "the table has %d events of %d".formatted(events, expected.events()));
        }
      }
      try (ResultSet row =
          statement.executeQuery("select count(*) from firehose_event_collections")) {
        row.next();
        long there = row.getLong(1);
        if (there != expected.collections()) {
          findings.add(
              there < expected.collections() ? Finding.Kind.LOST : Finding.Kind.REPEATED,
              "the table of further collections has %d rows, and should have %d"
                  .formatted(there, expected.collections()));
        }
      }
      try (ResultSet gap =
          statement.executeQuery("select relay, from_seq, to_seq, reason from gaps")) {
        while (gap.next()) {
          findings.add(
              Finding.Kind.GAP,
              "%s from %d to %d: %s"
                  .formatted(gap.getString(1), gap.getLong(2), gap.getLong(3), gap.getString(4)));
        }
      }
    }
  }

  /** Whether there was anything new. */
  private boolean look(Connection connection, EventDictionaries dictionaries) throws SQLException {
    long newWatermark = watermark(connection);
    if (newWatermark < watermark) {
      findings.add(
          Finding.Kind.WATERMARK_FELL,
          "in the database from %d to %d".formatted(watermark, newWatermark));
    }
    watermark = newWatermark;
    if (collectionsAt >= watermark) {
      return false;
    }
    int rows = 0;
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            select seq, event_type, repo, collection, event, event_zstd, event_bytes as bytes
            from firehose_events where seq > ? and seq <= ? order by seq limit ?
            """)) {
      select.setLong(1, at);
      select.setLong(2, watermark);
      select.setInt(3, ROWS_MAX);
      try (ResultSet row = select.executeQuery();
          EventDecompressor decompressor = dictionaries.decompressor(connection)) {
        while (row.next()) {
          rows++;
          at = row.getLong(1);
          audit.inTable(at, described(row, decompressor));
        }
      }
    }
    if (rows < ROWS_MAX) {
      at = watermark;
    }
    lookAtCollections(connection);
    audit.tableComplete(at);
    return true;
  }

  private static Described described(ResultSet row, EventDecompressor decompressor)
      throws SQLException {
    String collection = row.getString("collection");
    return new Described(
        row.getString("event_type"),
        row.getString("repo"),
        collection == null ? List.of() : List.of(collection),
        LedgerHash.of(JSON.readTree(Objects.requireNonNull(decompressor.event(row)))));
  }

  private void lookAtCollections(Connection connection) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            select seq, collection from firehose_event_collections where seq > ? and seq <= ?
            """)) {
      select.setLong(1, collectionsAt);
      select.setLong(2, at);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          audit.inCollections(row.getLong(1), row.getString(2));
        }
      }
      collectionsAt = at;
    }
  }

  static long watermark(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select seq from readable_watermark")) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  /** For who looks at the database past every proxy. */
  static Connection connect(DatabaseUrl database) throws SQLException {
    return connect(database, 60);
  }

  static Connection connect(DatabaseUrl database, int answerSecondsMax) throws SQLException {
    Properties properties = new Properties();
    properties.put("user", database.user());
    properties.put("password", database.password());
    properties.put("connectTimeout", "5");
    properties.put("socketTimeout", Integer.toString(answerSecondsMax));
    return DriverManager.getConnection(database.jdbcUrl(), properties);
  }
}
