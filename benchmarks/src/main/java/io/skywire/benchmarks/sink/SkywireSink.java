package io.skywire.benchmarks.sink;

import io.skywire.benchmarks.LauncherFlags;
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
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/**
 * Skywire's sink as it is deployed, in an empty database: migrations and all. One that counts is
 * done when all is counted too, of which most comes after the last event is stored. One thread.
 */
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
            workbench.jvm(LauncherFlags.INGESTER_AND_SINK),
            List.of("sink"),
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS",
                servers.kafka(),
                "DATABASE_URL",
                database.url().toUrl(),
                "SKYWIRE_STATS",
                counts ? "on" : "off"),
            workbench.newFolder("sink").resolve("sink.log"));
    try (Admin admin =
            Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, servers.kafka()));
        ChildProcess sink = ChildProcess.start(command)) {
      Map<Metric, Double> figures =
          new CatchUp(topic, database).watch(sink, counts ? new Counting(admin) : this);
      // In order: the next one need not wait until the group has missed this one.
      sink.terminate();
      sink.awaitExit(STOP_MAX);
      if (counts) {
        forgetCounts(admin);
      }
      return figures;
    } catch (ExecutionException | TimeoutException refused) {
      throw new IOException("the counts cannot be deleted", refused);
    }
  }

  /** In Kafka: the next one has to count all events as this one did. */
  private static void forgetCounts(Admin admin)
      throws InterruptedException, ExecutionException, TimeoutException {
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

  /** The same, until the group that counts has come to the topic's end with what it commits. */
  private final class Counting implements CatchUp.Watched {
    private final Admin admin;
    private long askedAt = System.nanoTime();

    Counting(Admin admin) {
      this.admin = admin;
    }

    @Override
    public String table() {
      return SkywireSink.this.table();
    }

    /** Storing and counting are one thing here, and half of it is no half of the rows. */
    @Override
    public double leftOut() {
      return 0;
    }

    @Override
    public double share(Connection connection)
        throws SQLException, IOException, InterruptedException {
      double stored = SkywireSink.this.share(connection);
      if (stored < 1) {
        return stored;
      }
      long now = System.nanoTime();
      if (now - askedAt < LOOK_AGAIN.toNanos()) {
        return 0.999;
      }
      askedAt = now;
      return counted() >= topic.ends() ? 1 : 0.999;
    }

    private long counted() throws IOException, InterruptedException {
      try {
        return admin
            .listConsumerGroupOffsets(COUNTING)
            .partitionsToOffsetAndMetadata()
            .get()
            .entrySet()
            .stream()
            .filter(offset -> offset.getKey().topic().equals(Topics.EVENTS))
            .mapToLong(offset -> offset.getValue() == null ? 0 : offset.getValue().offset())
            .sum();
      } catch (ExecutionException refused) {
        if (refused.getCause() instanceof GroupIdNotFoundException) {
          return 0; // it has not joined yet
        }
        throw new IOException("Kafka does not tell what is counted", refused);
      }
    }
  }
}
