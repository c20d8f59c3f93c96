package io.skywire.benchmarks.api;

import com.zaxxer.hikari.HikariDataSource;
import io.skywire.api.tokens.TokenStore;
import io.skywire.common.database.Database;
import io.skywire.common.database.DatabaseUrl;
import io.skywire.common.database.Migrations;
import io.skywire.common.database.ReadableChannel;
import io.skywire.embedded.simulator.Capture;
import io.skywire.ingester.atproto.Event;
import io.skywire.ingester.atproto.FrameDecoder;
import io.skywire.sink.retention.DayPartitions;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A database with Skywire's tables, filled as if seven days had gone by. A day's rows are stored
 * before its indexes are made, so that many of them are there soon. Events are JSON, as peers would
 * store them, until {@link #compress} makes them what Skywire stores. One thread.
 */
final class EventDatabase {
  static final String SECRET = "a secret for one run that is long enough for an HMAC";

  private static final String EVENTS = "firehose_events";
  private static final String COLUMNS =
      "seq, event_type, repo, collection, time, indexed_at, event";
  private static final int DAYS = 7;
  private static final int PARTITIONS = 6;
  private static final int RECORDS = 5_000;
  private static final long SEED = 7;
  private static final Duration CONNECTION_WAIT = Duration.ofSeconds(5);

  private final DatabaseUrl url;
  private final EventLayout layout;

  EventDatabase(DatabaseUrl url, EventLayout layout) {
    this.url = url;
    this.layout = layout;
  }

  DatabaseUrl url() {
    return url;
  }

  EventLayout layout() {
    return layout;
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(url.jdbcUrl(), url.user(), url.password());
  }

  /** Makes the tables and the events; answers a reader's token. */
  String fill() throws SQLException {
    return fill((statement, day, rows) -> storeDay(statement, EVENTS, COLUMNS, day, rows));
  }

  /**
   * The same with each event compressed.
   *
   * @param stored is told every now and then how many events there are
   */
  String fillCompressed(LongConsumer stored) throws SQLException {
    try (Connection from = connect()) {
      long[] all = {0};
      return fill((statement, day, rows) -> {
        String partition = createPartition(statement, EVENTS, day);
        try (CompressedRows compressed =
            CompressedRows.learn(
                statement.getConnection(),
                "select event from (%s) made (%s)".formatted(rows, COLUMNS))) {
          compressed.copy(from, rows, statement.getConnection(), partition);
        }
        attach(statement, EVENTS, day);
        stored.accept(layout.rows() * ++all[0] / DAYS);
      });
    }
  }

  /** Stores the events of a day, which a query makes. */
  private interface Store {
    void day(Statement statement, LocalDate day, String rows) throws SQLException;
  }

  private String fill(Store events) throws SQLException {
    try (HikariDataSource pool = Database.open(url, "skywire-bench", 2, CONNECTION_WAIT)) {
      Migrations.migrate(pool);
      LocalDate today = LocalDate.now(ZoneOffset.UTC);
      try (Connection connection = connect();
          Statement statement = connection.createStatement()) {
        storeRecords(connection);
        statement.execute("set maintenance_work_mem = '256MB'");
        for (int number = 0; number < DAYS; number++) {
          LocalDate day = today.minusDays(DAYS - 1L - number);
          long from = layout.rows() * number / DAYS + 1;
          long to = layout.rows() * (number + 1) / DAYS;
          String at =
              "timestamptz '%s 00:00:00+00' + (g - %d) * interval '20 hours' / %d"
                  .formatted(day, from, to - from + 1);
          events.day(statement, day, layout.rows(from, to, at));
          storeDay(
              statement,
              "firehose_event_collections",
              "collection, seq, indexed_at",
              day,
              layout.furtherCollections(from, to, at));
        }
        storeProgress(statement);
        new DayPartitions(pool, InstantSource.system()).makeAhead();
        // What autovacuum would do in the middle of a run.
        statement.execute("vacuum (freeze, analyze)");
        statement.execute("checkpoint");
      }
      return new TokenStore(pool, SECRET).create("bench");
    }
  }

  /** Compresses all events. */
  void compress() throws SQLException {
    try (Connection from = connect();
        Connection to = connect();
        CompressedRows rows = CompressedRows.learn(to);
        Statement statement = to.createStatement()) {
      LocalDate today = LocalDate.now(ZoneOffset.UTC);
      statement.execute("set maintenance_work_mem = '256MB'");
      for (int day = 0; day < DAYS; day++) {
        LocalDate date = today.minusDays(DAYS - 1L - day);
        String partition = partition(EVENTS, date);
        statement.execute("alter table %s detach partition %s".formatted(EVENTS, partition));
        statement.execute("alter table %s rename to json".formatted(partition));
        createPartition(statement, EVENTS, date);
        rows.copy(from, "select " + COLUMNS + " from json order by seq", to, partition);
        statement.execute("drop table json");
        attach(statement, EVENTS, date);
      }
      statement.execute("vacuum (freeze, analyze)");
      statement.execute("checkpoint");
    }
  }

  /**
   * Stores what comes after the rows that are there, makes it readable, and says so to the apis, in
   * one transaction, as a sink does.
   *
   * @param compressed null where rows are JSON
   */
  void append(
      Connection source,
      @Nullable CompressedRows compressed,
      Connection connection,
      long from,
      long to)
      throws SQLException {
    connection.setAutoCommit(false);
    String rows = layout.rows(from, to, "now()");
    try (Statement statement = connection.createStatement()) {
      if (compressed == null) {
        statement.execute("insert into firehose_events (%s) %s".formatted(COLUMNS, rows));
      } else {
        compressed.copy(source, rows, connection, EVENTS);
      }
      statement.execute(
          "insert into firehose_event_collections " + layout.furtherCollections(from, to, "now()"));
      statement.execute(
          "update sink_progress set next_offset = next_offset + 1, watermark_seq = " + to);
      statement.execute("notify " + ReadableChannel.NAME);
    }
    connection.commit();
  }

  /** What commits of made frames hold: an event is one of these, under a head of its own. */
  private static void storeRecords(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("create table bench_records (number integer primary key, record text)");
    }
    List<String> records = records();
    try (PreparedStatement insert =
        connection.prepareStatement("insert into bench_records values (?, ?)")) {
      for (int number = 0; number < records.size(); number++) {
        insert.setInt(1, number);
        insert.setString(2, records.get(number));
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private static List<String> records() {
    String before = ",\"record\":";
    FrameDecoder decoder = new FrameDecoder();
    List<String> records = new ArrayList<>();
    for (byte[] frame : Capture.generated(SEED, RECORDS).frames()) {
      if (decoder.decode(frame, Instant.EPOCH) instanceof Event event
          && event.type().equals(EventLayout.COMMIT)) {
        String json = new String(event.json(), StandardCharsets.UTF_8);
        records.add(json.substring(json.indexOf(before) + before.length(), json.length() - 1));
      }
    }
    return records;
  }

  private static void storeDay(
      Statement statement, String table, String columns, LocalDate day, String rows)
      throws SQLException {
    String partition = createPartition(statement, table, day);
    statement.execute("insert into %s (%s) %s".formatted(partition, columns, rows));
    attach(statement, table, day);
  }

  private static String createPartition(Statement statement, String table, LocalDate day)
      throws SQLException {
    String partition = partition(table, day);
    statement.execute("create table %s (like %s including defaults)".formatted(partition, table));
    return partition;
  }

  private static String partition(String table, LocalDate day) {
    return table + "_p" + day.toString().replace("-", "");
  }

  private static void attach(Statement statement, String table, LocalDate day) throws SQLException {
    statement.execute(
        "alter table %s attach partition %s for values from ('%s 00:00:00+00') to ('%s 00:00:00+00')"
            .formatted(table, partition(table, day), day, day.plusDays(1)));
  }

  private void storeProgress(Statement statement) throws SQLException {
    statement.execute(
        """
        insert into sink_topics (topic_id, topic, partitions)
        values ('bench', 'skywire.events', %1$d);
        insert into sink_progress (topic_id, partition, next_offset, watermark_seq)
        select 'bench', p, %2$d, %2$d from generate_series(0, %1$d - 1) p
        """
            .formatted(PARTITIONS, layout.rows()));
  }
}
