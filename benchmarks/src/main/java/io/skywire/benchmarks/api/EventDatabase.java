package io.skywire.benchmarks.api;

import com.zaxxer.hikari.HikariDataSource;
import io.skywire.api.tokens.TokenStore;
import io.skywire.common.database.Database;
import io.skywire.common.database.DatabaseUrl;
import io.skywire.common.database.Migrations;
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

/**
 * A database with Skywire's tables, filled as if seven days had gone by. A day's rows are stored
 * before its indexes are made, so that many of them are there soon. One thread.
 */
final class EventDatabase {
  static final String SECRET = "a secret for one run that is long enough for an HMAC";

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
    try (HikariDataSource pool = Database.open(url, "skywire-bench", 2, CONNECTION_WAIT)) {
      Migrations.migrate(pool);
      LocalDate today = LocalDate.now(ZoneOffset.UTC);
      try (Connection connection = connect();
          Statement statement = connection.createStatement()) {
        storeRecords(connection);
        statement.execute("set maintenance_work_mem = '256MB'");
        for (int day = 0; day < DAYS; day++) {
          storeDay(
              statement,
              today.minusDays(DAYS - 1L - day),
              layout.rows() * day / DAYS + 1,
              layout.rows() * (day + 1) / DAYS);
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

  /** Stores what comes after the rows that are there, and makes it readable, in one transaction. */
  void append(Connection connection, long from, long to) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("insert into firehose_events " + layout.rows(from, to, "now()"));
      statement.execute(
          "insert into firehose_event_collections " + layout.furtherCollections(from, to, "now()"));
      statement.execute(
          "update sink_progress set next_offset = next_offset + 1, watermark_seq = " + to);
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

  private void storeDay(Statement statement, LocalDate day, long from, long to)
      throws SQLException {
    String at =
        "timestamptz '%s 00:00:00+00' + (g - %d) * interval '20 hours' / %d"
            .formatted(day, from, to - from + 1);
    storeDay(statement, "firehose_events", day, layout.rows(from, to, at));
    storeDay(statement, "firehose_event_collections", day, layout.furtherCollections(from, to, at));
  }

  private static void storeDay(Statement statement, String table, LocalDate day, String rows)
      throws SQLException {
    String partition = table + "_p" + day.toString().replace("-", "");
    statement.execute("create table %s (like %s including defaults)".formatted(partition, table));
    statement.execute("insert into %s %s".formatted(partition, rows));
    statement.execute(
        "alter table %s attach partition %s for values from ('%s 00:00:00+00') to ('%s 00:00:00+00')"
            .formatted(table, partition, day, day.plusDays(1)));
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
