package io.skywire.benchmarks.sink;

import io.skywire.benchmarks.Contender;
import io.skywire.benchmarks.Metric;
import io.skywire.benchmarks.Shared;
import io.skywire.benchmarks.Stage;
import io.skywire.benchmarks.Workbench;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What Skywire's sink stores beside what {@code COPY} makes of the same events in plain tables.
 * Nobody is vacuumed.
 */
final class DiskContest implements Stage.Contest {
  private static final Metric ALL = Metric.lower("", "bytes an event");
  private static final Metric ROWS = Metric.lower("of it rows", "bytes an event");
  private static final Metric INDEXES = Metric.lower("of it indexes", "bytes an event");

  private final Shared.Lease<FilledTopic> filled;
  private final Servers servers;
  private final EventsTopic topic;
  private final List<PlainRow> rows;
  private final long furtherCollections;
  private final List<Contender> contenders = new ArrayList<>();

  DiskContest(Workbench workbench, Shared.Lease<FilledTopic> filled) {
    this.filled = filled;
    this.servers = filled.part().servers();
    this.topic = filled.part().topic();
    this.rows = filled.part().rows();
    this.furtherCollections =
        rows.stream().mapToLong(row -> Math.max(0, row.collections().size() - 1)).sum();
    long json = rows.stream().mapToLong(row -> row.json().length).sum();
    long further = rows.stream().filter(row -> row.collections().size() > 1).count();
    workbench
        .screen()
        .line(
            "  an event's JSON has %,d bytes on average; %.1f %% have several collections"
                .formatted(json / rows.size(), 100.0 * further / rows.size()));
    SkywireSink sink = new SkywireSink(workbench, servers, topic, false);
    contenders.add(Contender.skywire("Skywire's tables", () -> skywire(sink)));
    addPlain("jsonb, further collections in a second table", PlainTable.SECOND_TABLE);
    addPlain("jsonb, collections in an array with GIN", PlainTable.GIN);
    addPlain("jsonb, only the first op's collection", PlainTable.FIRST_COLLECTION);
  }

  @Override
  public List<Contender> contenders() {
    return contenders;
  }

  @Override
  public void close() {
    filled.close();
  }

  private void addPlain(String name, PlainTable table) {
    contenders.add(Contender.peer(name, () -> plain(table)));
  }

  private Map<Metric, Double> skywire(SkywireSink sink)
      throws SQLException, IOException, InterruptedException {
    try (Servers.FreshDatabase database = servers.newDatabase()) {
      sink.run(database);
      requireFurtherCollections(database, "firehose_event_collections");
      return sizes(database, "'firehose_event%'");
    }
  }

  private Map<Metric, Double> plain(PlainTable table) throws SQLException, IOException {
    try (Servers.FreshDatabase database = servers.newDatabase()) {
      try (Connection connection = database.connect()) {
        table.create(connection);
        table.fill(connection, rows);
        new CatchUp(topic, database).verify(connection, "events");
      }
      if (table == PlainTable.SECOND_TABLE) {
        requireFurtherCollections(database, "event_collections");
      }
      return sizes(database, "'event%'");
    }
  }

  /** Of each event, beyond its first. */
  private void requireFurtherCollections(Servers.FreshDatabase database, String table)
      throws SQLException, IOException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select count(*) from " + table)) {
      row.next();
      if (row.getLong(1) != furtherCollections) {
        throw new IOException(
            "%s has %,d rows of %,d".formatted(table, row.getLong(1), furtherCollections));
      }
    }
  }

  /**
   * @param pattern of the tables' names; of a partitioned one, its partitions have them too
   */
  private Map<Metric, Double> sizes(Servers.FreshDatabase database, String pattern)
      throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                select sum(pg_total_relation_size(oid)), sum(pg_table_size(oid)),
                  sum(pg_indexes_size(oid))
                from pg_class where relkind = 'r' and relname like
                """
                    + pattern)) {
      row.next();
      Map<Metric, Double> sizes = new LinkedHashMap<>();
      sizes.put(ALL, (double) row.getLong(1) / topic.events());
      sizes.put(ROWS, (double) row.getLong(2) / topic.events());
      sizes.put(INDEXES, (double) row.getLong(3) / topic.events());
      return sizes;
    }
  }
}
