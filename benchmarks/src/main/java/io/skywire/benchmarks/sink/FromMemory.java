package io.skywire.benchmarks.sink;

import io.skywire.benchmarks.Metric;
import io.skywire.common.database.DatabaseUrl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyIn;

/**
 * The limits: the same rows from this JVM's memory into {@link PlainTable#FIRST_COLLECTION}, with
 * no Kafka before it. One thread.
 */
final class FromMemory {
  /** As many rows as the tuned connectors write at a time. */
  private static final int INSERT_ROWS = 5_000;

  private final EventsTopic topic;
  private final List<byte[]> chunks;

  /**
   * @param chunks of {@link PlainTable#chunks}
   */
  FromMemory(EventsTopic topic, List<byte[]> chunks) {
    this.topic = topic;
    this.chunks = chunks;
  }

  /** A transaction a chunk. */
  Map<Metric, Double> copyByChunk(Servers.FreshDatabase database) throws SQLException, IOException {
    return inTime(
        database,
        "",
        (connection, chunk) -> {
          PlainTable.copy(connection, List.of(chunk));
          connection.commit();
        });
  }

  /** All in one; what PostgreSQL has been handed counts as stored. */
  Map<Metric, Double> copyWhole(Servers.FreshDatabase database) throws SQLException, IOException {
    CopyIn[] copy = {null};
    int[] left = {chunks.size()};
    return inTime(
        database,
        "",
        (connection, chunk) -> {
          if (copy[0] == null) {
            copy[0] = PlainTable.begin(connection);
          }
          PlainTable.write(copy[0], chunk);
          if (--left[0] == 0) {
            copy[0].endCopy();
            connection.commit();
          }
        });
  }

  /** What a JDBC sink does once it has its rows. */
  Map<Metric, Double> insert(Servers.FreshDatabase database) throws SQLException, IOException {
    return inTime(
        database, "stringtype=unspecified&reWriteBatchedInserts=true", FromMemory::insert);
  }

  /** Stores one chunk. */
  private interface Store {
    void chunk(Connection connection, byte[] chunk) throws SQLException;
  }

  private Map<Metric, Double> inTime(Servers.FreshDatabase database, String parameters, Store store)
      throws SQLException, IOException {
    DatabaseUrl url = database.url();
    DatabaseUrl with =
        new DatabaseUrl(url.hosts(), url.database(), url.user(), url.password(), parameters);
    Stretch stretch = new Stretch(database.postmaster().pid(), 0, null);
    stretch.begin();
    try (Connection connection = Servers.connect(with)) {
      PlainTable.FIRST_COLLECTION.create(connection);
      connection.setAutoCommit(false);
      int leftOut = (int) Math.ceil(Stretch.LEFT_OUT * chunks.size());
      for (int done = 0; done < chunks.size(); done++) {
        if (done == leftOut) {
          stretch.begin();
          stretch.from((long) done * PlainTable.CHUNK_ROWS);
        }
        store.chunk(connection, chunks.get(done));
      }
      Map<Metric, Double> figures = stretch.end(topic.events());
      new CatchUp(topic, database).verify(connection, "events");
      connection.commit();
      return figures;
    }
  }

  private static void insert(Connection connection, byte[] chunk) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            insert into events (seq, event_type, collection, repo, data) values (?, ?, ?, ?, ?)
            on conflict (seq) do update set event_type = excluded.event_type,
              collection = excluded.collection, repo = excluded.repo, data = excluded.data
            """)) {
      int rows = 0;
      for (String line : new String(chunk, StandardCharsets.UTF_8).lines().toList()) {
        String[] fields = line.split("\t", -1);
        insert.setLong(1, Long.parseLong(fields[0]));
        insert.setString(2, fields[1]);
        insert.setString(3, orNull(fields[2]));
        insert.setString(4, orNull(fields[3]));
        insert.setString(5, fields[4].replace("\\\\", "\\"));
        insert.addBatch();
        if (++rows % INSERT_ROWS == 0) {
          insert.executeBatch();
          connection.commit();
        }
      }
      insert.executeBatch();
      connection.commit();
    }
  }

  private static @Nullable String orNull(String field) {
    return field.equals("\\N") ? null : field;
  }
}
