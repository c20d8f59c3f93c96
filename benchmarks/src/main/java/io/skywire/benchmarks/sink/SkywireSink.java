package io.skywire.benchmarks.sink;

import io.skywire.benchmarks.Metric;
import io.skywire.benchmarks.Workbench;
import io.skywire.embedded.process.ChildCommand;
import io.skywire.embedded.process.ChildProcess;
import io.skywire.standalone.Skywire;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Skywire's sink as it is deployed, in an empty database: migrations and all. One thread. */
final class SkywireSink implements CatchUp.Watched {
  private static final String UNDEFINED_TABLE = "42P01";
  private static final Duration STOP_MAX = Duration.ofMinutes(1);

  private final Workbench workbench;
  private final Servers servers;
  private final EventsTopic topic;

  SkywireSink(Workbench workbench, Servers servers, EventsTopic topic) {
    this.workbench = workbench;
    this.servers = servers;
    this.topic = topic;
  }

  /** Stores the topic, with figures of how it went. */
  Map<Metric, Double> run(Servers.FreshDatabase database)
      throws SQLException, IOException, InterruptedException {
    ChildCommand command =
        ChildCommand.java(
            "Skywire's sink",
            Skywire.class.getName(),
            // As the launcher gives them.
            workbench.jvm("-Xmx256m", "-XX:+UseCompactObjectHeaders"),
            List.of("sink"),
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", servers.kafka(), "DATABASE_URL", database.url().toUrl()),
            workbench.newFolder("sink").resolve("sink.log"));
    try (ChildProcess sink = ChildProcess.start(command)) {
      Map<Metric, Double> figures = new CatchUp(topic, database).watch(sink, this);
      // In order: the next one need not wait until the group has missed this one.
      sink.terminate();
      sink.awaitExit(STOP_MAX);
      return figures;
    }
  }

  @Override
  public String table() {
    return "firehose_events";
  }

  @Override
  public double share(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                select (select seq from readable_watermark), sum(next_offset) from sink_progress
                """)) {
      row.next();
      double read = (double) row.getLong(2) / topic.ends();
      return row.getLong(1) >= topic.lastSeq() ? 1 : Math.min(read, 0.999);
    } catch (SQLException failed) {
      if (UNDEFINED_TABLE.equals(failed.getSQLState())) {
        return 0; // not migrated yet
      }
      throw failed;
    }
  }
}
