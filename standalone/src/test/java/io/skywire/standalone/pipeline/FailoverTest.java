package io.skywire.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.api.ApiProcess;
import io.skywire.common.database.DatabaseUrl;
import io.skywire.embedded.FreePort;
import io.skywire.embedded.kafka.EmbeddedKafka;
import io.skywire.embedded.postgres.EmbeddedPostgresServer;
import io.skywire.embedded.simulator.LedgerEntry;
import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.embedded.simulator.SimulatorSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A primary that dies with what its standby has not got, and the standby in its place. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class FailoverTest {
  private static final int EVENTS_A_SECOND = 300;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir private Path folder;

  @Test
  void whatTheStandbyHadNotGotIsStoredAgain() throws Exception {
    int primaryPort = FreePort.any();
    EmbeddedPostgresServer.start(folder.resolve("primary"), primaryPort).close();
    copy();
    try (EmbeddedPostgresServer primary =
            EmbeddedPostgresServer.start(folder.resolve("primary"), primaryPort);
        EmbeddedPostgresServer standby = startStandby(primary);
        EmbeddedKafka kafka = EmbeddedKafka.startTemporary();
        RelaySimulator relay =
            RelaySimulator.start(
                SimulatorSettings.defaults().withSeed(9).withRate(EVENTS_A_SECOND));
        Pipeline pipeline = new Pipeline(servers(kafka, both(primary, standby)), relay.uri(), 6)) {
      Reader reader = pipeline.reader().readTo(2 * EVENTS_A_SECOND, PATIENCE);
      awaitEvents(standby, EVENTS_A_SECOND);
      readFrom(standby, pipeline, relay);

      // From here on the standby gets nothing, but readers do.
      execute(standby, "alter system set primary_conninfo = ''");
      execute(standby, "select pg_reload_conf()");
      long had = count(standby);
      reader.readTo(relay.head() + 2 * EVENTS_A_SECOND, PATIENCE);
      primary.processes().kill();
      assertThat(count(standby)).isLessThan(reader.seen().size());
      execute(standby, "select pg_promote()");
      long began = System.nanoTime();
      awaitEvents(standby, reader.seen().size());
      System.out.printf(
          "standby had %d events, readers %d; caught up %.1f s after it was promoted%n",
          had, reader.seen().size(), (System.nanoTime() - began) / 1e9);

      long end = relay.emitted() + EVENTS_A_SECOND;
      relay.limit(end);
      while (relay.emitted() < end) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
      reader.readTo(relay.head(), PATIENCE);
      assertThat(reader.seen()).isEqualTo(relay.ledger().entries());
      assertThat(count(standby)).isEqualTo(relay.ledger().entries().size());
      assertThat(sum(standby))
          .isEqualTo(relay.ledger().entries().stream().mapToLong(LedgerEntry::seq).sum());
      assertThat(relay.connections()).as("the ingester's sessions").isEqualTo(1);
    }
  }

  /** An api that has a standby alone tells the same, and what comes. */
  private static void readFrom(
      EmbeddedPostgresServer standby, Pipeline pipeline, RelaySimulator relay) throws Exception {
    try (ApiProcess replica = pipeline.startApi(standby.url())) {
      Reader reader = pipeline.reader(replica).readTo(EVENTS_A_SECOND, PATIENCE);
      assertThat(reader.seen())
          .isEqualTo(
              relay.ledger().entries().stream()
                  .filter(entry -> entry.seq() <= reader.since())
                  .toList());
      JsonNode next = reader.get("/api/events?wait=30&since=" + reader.since());
      assertThat(next.path("count").asInt()).as(next.toString()).isPositive();
    }
  }

  private void copy() throws IOException, InterruptedException {
    Process copy =
        new ProcessBuilder(
                "cp",
                "-a",
                folder.resolve("primary").toString(),
                folder.resolve("standby").toString())
            .inheritIO()
            .start();
    assertThat(copy.waitFor()).isZero();
  }

  private EmbeddedPostgresServer startStandby(EmbeddedPostgresServer primary) throws IOException {
    Path data = folder.resolve("standby").resolve("data");
    Files.createFile(data.resolve("standby.signal"));
    Files.writeString(
        data.resolve("postgresql.auto.conf"),
        "primary_conninfo = 'host=127.0.0.1 port=%d user=%s password=%s'%n"
            .formatted(primary.port(), primary.url().user(), primary.url().password()),
        StandardOpenOption.APPEND);
    return EmbeddedPostgresServer.start(folder.resolve("standby"), FreePort.any());
  }

  private static DatabaseUrl both(EmbeddedPostgresServer one, EmbeddedPostgresServer other) {
    DatabaseUrl url = one.url();
    return new DatabaseUrl(
        List.of(other.url().hosts().getFirst(), url.hosts().getFirst()),
        url.database(),
        url.user(),
        url.password(),
        "");
  }

  private static void awaitEvents(EmbeddedPostgresServer server, long events) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (count(server) < events) {
      assertThat(System.nanoTime()).as("%d events are stored", events).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private static long count(EmbeddedPostgresServer server) throws SQLException {
    return ask(server, "select count(*) from firehose_events");
  }

  private static long sum(EmbeddedPostgresServer server) throws SQLException {
    return ask(server, "select sum(seq) from firehose_events");
  }

  private static long ask(EmbeddedPostgresServer server, String sql) throws SQLException {
    try (Connection connection = connect(server);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static void execute(EmbeddedPostgresServer server, String sql) throws SQLException {
    try (Connection connection = connect(server);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static Connection connect(EmbeddedPostgresServer server) throws SQLException {
    DatabaseUrl url = server.url();
    return DriverManager.getConnection(url.jdbcUrl(), url.user(), url.password());
  }

  private static Servers servers(EmbeddedKafka kafka, DatabaseUrl database) {
    return new Servers() {
      @Override
      public String bootstrapServers() {
        return kafka.bootstrapServers();
      }

      @Override
      public DatabaseUrl database() {
        return database;
      }

      @Override
      public void close() {
        // The test's own.
      }
    };
  }
}
