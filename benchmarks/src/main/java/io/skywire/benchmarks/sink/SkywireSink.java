package io.skywire.benchmarks.sink;

import io.skywire.benchmarks.Metric;
import io.skywire.benchmarks.Workbench;
import io.skywire.common.topic.Topics;
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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** Skywire's sink as it is deployed, in an empty database: migrations and all. One thread. */
final class SkywireSink implements CatchUp.Watched {
  private static final String UNDEFINED_TABLE = "42P01";
  private static final Duration STOP_MAX = Duration.ofMinutes(1);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

  /** The group of its Kafka Streams, and what their topics' names begin with. */
  private static final String COUNTING = "skywire-stats";

  private final Workbench workbench;
  private final Servers servers;
  private final EventsTopic topic;
  private final boolean counts;

  /**
   * @param counts whether it counts the events too, as it does where nothing is set
   */
  SkywireSink(Workbench workbench, Servers servers, EventsTopic topic, boolean counts) {
    this.workbench = workbench;
    this.servers = servers;
    this.topic = topic;
    this.counts = counts;
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
                "KAFKA_BOOTSTRAP_SERVERS",
                servers.kafka(),
                "DATABASE_URL",
                database.url().toUrl(),
                "SKYWIRE_STATS",
                counts ? "on" : "off"),
            workbench.newFolder("sink").resolve("sink.log"));
    try (ChildProcess sink = ChildProcess.start(command)) {
      Map<Metric, Double> figures = new CatchUp(topic, database).watch(sink, this);
      // In order: the next one need not wait until the group has missed this one.
      sink.terminate();
      sink.awaitExit(STOP_MAX);
      if (counts) {
        forgetCounts();
      }
      return figures;
    } catch (ExecutionException | TimeoutException refused) {
      throw new IOException("the counts cannot be deleted", refused);
    }
  }

  /** In Kafka: the next one has to count all events as this one did. */
  private void forgetCounts() throws InterruptedException, ExecutionException, TimeoutException {
    try (Admin admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, servers.kafka()))) {
      awaitNoMember(admin);
      admin.deleteConsumerGroups(List.of(COUNTING)).all().get();
      admin
          .deleteTopics(
              admin.listTopics().names().get().stream()
                  .filter(topic -> topic.startsWith(COUNTING + "-") || topic.equals(Topics.STATS))
                  .toList())
          .all()
          .get();
    }
  }

  private static void awaitNoMember(Admin admin)
      throws InterruptedException, ExecutionException, TimeoutException {
    long end = System.nanoTime() + STOP_MAX.toNanos();
    while (admin.describeConsumerGroups(List.of(COUNTING)).all().get().values().stream()
        .anyMatch(group -> !group.members().isEmpty())) {
      if (System.nanoTime() - end > 0) {
        throw new TimeoutException(COUNTING + " has members after " + STOP_MAX);
      }
      Thread.sleep(LOOK_AGAIN);
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
