package io.skywire.benchmarks.sink;

import io.skywire.benchmarks.Metric;
import io.skywire.embedded.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Watches a process store the whole topic, from outside: asks PostgreSQL what is in the table, for
 * next to nothing, until all of it is, and then looks whether it is the right rows. One thread.
 */
final class CatchUp {
  private static final Duration LOOK_AGAIN_AFTER = Duration.ofMillis(20);
  private static final Duration ASK_AGAIN_AFTER = Duration.ofSeconds(1);
  private static final Duration MAX = Duration.ofMinutes(5);
  private static final int LOG_LINES_MAX = 5;

  /** How the watched one is to be seen. */
  interface Watched {
    /** The table that fills. */
    String table();

    /** Of what is to be stored, by what costs no scan; 1 when all is, and never before. */
    double share(Connection connection) throws SQLException, IOException, InterruptedException;

    /** How much is done when it begins to count. */
    default double leftOut() {
      return Stretch.LEFT_OUT;
    }

    /**
     * Looks once a second whether it still works.
     *
     * @throws IOException when it has given up
     */
    default void check() throws IOException, InterruptedException {}
  }

  private final EventsTopic topic;
  private final Servers.FreshDatabase database;

  CatchUp(EventsTopic topic, Servers.FreshDatabase database) {
    this.topic = topic;
    this.database = database;
  }

  /** To be called right after the start of the process. */
  Map<Metric, Double> watch(ChildProcess process, Watched watched)
      throws SQLException, IOException, InterruptedException {
    ProcessHandle handle = ProcessHandle.of(process.pid()).orElseThrow();
    try (Connection connection = database.connect()) {
      countAlone(connection);
      Stretch stretch =
          new Stretch(database.postmaster().pid(), Servers.backend(connection), handle);
      long start = System.nanoTime();
      // Where it is all stored between two looks, as a small topic is, the start counts too.
      stretch.begin();
      boolean begun = false;
      long asked = start;
      for (double share = 0; share < 1; share = watched.share(connection)) {
        long now = System.nanoTime();
        if (!begun && share > 0 && share >= watched.leftOut()) {
          stretch.begin();
          stretch.from(rows(connection, watched.table())[0]);
          begun = true;
        }
        if (now - asked > ASK_AGAIN_AFTER.toNanos()) {
          asked = now;
          watched.check();
        }
        if (!process.isAlive() || now - start > MAX.toNanos()) {
          throw new IOException(
              "%s has %s at %.0f %%: %s"
                  .formatted(
                      process.command().name(),
                      process.isAlive() ? "not ended within " + MAX : "ended",
                      100 * share,
                      lastLines(process.command().log())));
        }
        Thread.sleep(LOOK_AGAIN_AFTER);
      }
      Map<Metric, Double> figures = stretch.end(topic.events());
      verify(connection, watched.table());
      return figures;
    }
  }

  /**
   * Whether a table has each event once, as far as their number and the sum of their seqs tell.
   *
   * @throws IOException when it has not
   */
  void verify(Connection connection, String table) throws SQLException, IOException {
    long[] found = rows(connection, table);
    if (found[0] != topic.events() || found[1] != topic.seqSum()) {
      throw new IOException(
          "%s has %,d rows with a sum of seqs of %d; expected %,d with %d"
              .formatted(table, found[0], found[1], topic.events(), topic.seqSum()));
    }
  }

  /** Without workers, whose time would pass for that of who stores. */
  private static void countAlone(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("set max_parallel_workers_per_gather = 0");
    }
  }

  private static long[] rows(Connection connection, String table) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select count(*), sum(seq) from " + table)) {
      row.next();
      return new long[] {row.getLong(1), row.getLong(2)};
    }
  }

  static String lastLines(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join(
        " / ", lines.subList(Math.max(0, lines.size() - LOG_LINES_MAX), lines.size()));
  }
}
