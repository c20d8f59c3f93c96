package io.skywire.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.skywire.embedded.SmallDisk;
import io.skywire.embedded.network.Hold;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * PostgreSQL is there and stores nothing, for one reason after the other: the api answers all the
 * while, the sink tries again until it can, and in the end the table is what the relay has sent.
 */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
@Tag("long")
class PostgresRefusesTest extends PostgresSetUp {
  private static final String ENDING_THE_SINK =
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'skywire-sink'";

  @Test
  void theSinkGoesOnByItselfWhenOneConnectionFailsIt() throws Exception {
    Hold hold = proxy.hold(Hold.Side.REQUEST, sql -> sql.contains("firehose_events ("), 1);
    assertThat(hold.await(PATIENCE)).isTrue();
    caughtUp("one connection half-open for good");
    hold.drop();

    int before = log.lines().size();
    execute("alter database skywire set default_transaction_read_only = on", ENDING_THE_SINK);
    awaitWarning("read-only", before);
    awaitStatus("/api/events?since=0&limit=1", 200, NOTICED_MAX);
    execute(
        "set default_transaction_read_only = off",
        "alter database skywire set default_transaction_read_only = off");
    caughtUp("read-only for a while");
    readAllOfIt();
  }

  /** Deadlock, serialization failure, timeout, out of memory, and a defect of the server's. */
  @Test
  void whateverIsNotAboutARowIsTriedAgain() throws Exception {
    for (String state : List.of("40P01", "40001", "57014", "53200", "XX000")) {
      int before = log.lines().size();
      execute(
          """
          create function fail() returns trigger language plpgsql as $$
          begin raise exception 'as told: %s' using errcode = '%s'; end $$
          """
              .formatted(state, state),
          "create trigger fail before insert on firehose_events for each row execute function fail()");
      awaitWarning("as told: " + state, before);
      awaitFailures(2);
      awaitStatus("/api/events?since=0&limit=1", 200, NOTICED_MAX);
      execute("drop function fail cascade");
      caughtUp(state);
    }
    readAllOfIt();
  }

  @Test
  void aFullDiskHoldsUpTheSinkAlone(@TempDir Path folder) throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    Optional<SmallDisk> mounted = SmallDisk.mount(disk, 24);
    assumeTrue(mounted.isPresent(), "skipped: this user cannot mount a small disk");
    try (SmallDisk small = mounted.orElseThrow()) {
      Files.setOwner(disk, Files.getOwner(Path.of(ask("show data_directory"))));
      execute("create tablespace small location '" + disk + "'");
      String partition =
          ask("select tableoid::regclass from firehose_events order by seq desc limit 1");
      execute("alter table " + partition + " set tablespace small");
      int before = log.lines().size();
      small.fill();
      awaitWarning("No space left on device", before);
      awaitHealth(health -> health.path("problems").toString().contains("No space left on device"));
      awaitStatus("/api/events?since=0&limit=1", 200, NOTICED_MAX);
      long sessions = relay.connections();
      small.free();
      caughtUp("a full disk");
      awaitHealth(health -> health.path("sink").path("problem").isNull());
      assertThat(relay.connections()).isEqualTo((int) sessions).isEqualTo(1);
      readAllOfIt();
      execute("alter table " + partition + " set tablespace pg_default");
      execute("drop tablespace small");
    }
  }

  /** It answers all the while: what is stored can be read. */
  private void awaitHealth(Predicate<JsonNode> sign) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    JsonNode health = reader.get("/api/health");
    while (!sign.test(health)) {
      assertThat(System.nanoTime()).as(health.toString()).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(100);
      health = reader.get("/api/health");
    }
    assertThat(health.path("database").path("reachable").asBoolean()).isTrue();
    assertThat(health.path("sink").path("alive").asBoolean()).isTrue();
  }

  /**
   * @param before so many lines were logged when there was no reason yet
   */
  private void awaitWarning(String words, int before) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (log.lines().stream().skip(before).noneMatch(line -> line.contains(words))) {
      assertThat(System.nanoTime()).as("a warning of " + words).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /** It is tried so many times more, in vain, which is told by the count alone. */
  private void awaitFailures(int more) throws InterruptedException {
    double enough = pipeline.sinkCount("skywire.sink.failures") + more;
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (pipeline.sinkCount("skywire.sink.failures") < enough) {
      assertThat(System.nanoTime()).as("so many failures").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private void execute(String... statements) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private String ask(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
