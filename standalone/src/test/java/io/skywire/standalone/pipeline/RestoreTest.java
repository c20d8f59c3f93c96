package io.skywire.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.database.DatabaseUrl;
import io.skywire.common.settings.Variables;
import io.skywire.common.topic.Topics;
import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.embedded.simulator.SimulatorSettings;
import io.skywire.ingester.OperatorCursor;
import io.skywire.ingester.publish.Cursor;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What DEPLOYMENT.md says of restoring one store alone, done to a pipeline and its readers. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
@Tag("long")
class RestoreTest {
  private static final int PARTITIONS = 6;
  private static final int STEP = 2_000;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Servers servers = Servers.embedded();

  @AfterEach
  void stopServers() {
    servers.close();
  }

  @Test
  void whatADatabaseFromABackupLacksComesFromKafka() throws Exception {
    try (RelaySimulator relay = relay();
        Pipeline pipeline = new Pipeline(servers, relay.uri(), PARTITIONS)) {
      pipeline.reader().readTo(emit(relay, STEP), PATIENCE);
      pipeline.stopSink();
      copyDatabase(database(), "backup");
      pipeline.startSink();
      Reader before = pipeline.reader().readTo(emit(relay, 2 * STEP), PATIENCE);

      pipeline.stopSink();
      copyDatabase("backup", database());
      assertThat(number("select count(*) from firehose_events")).isEqualTo(STEP);
      pipeline.startSink();
      Reader after = pipeline.reader().readTo(emit(relay, 3 * STEP), PATIENCE);
      assertThat(after.seen()).isEqualTo(relay.ledger().entries());
      assertThat(before.readTo(after.since(), PATIENCE).seen()).isEqualTo(after.seen());
      assertThat(relay.connections()).as("the ingester's sessions").isEqualTo(1);
    }
  }

  @Test
  void whatALostKafkaHeldComesFromTheRelay() throws Exception {
    try (RelaySimulator relay = relay();
        Pipeline pipeline = new Pipeline(servers, relay.uri(), PARTITIONS)) {
      Reader reader = pipeline.reader().readTo(emit(relay, STEP), PATIENCE);
      pipeline.stopSink();
      emit(relay, 2 * STEP);
      awaitCursor(relay);
      pipeline.stopIngester();
      delete(List.of(Topics.EVENTS, Topics.CURSOR));

      setCursor(relay, watermark(), false);
      pipeline.startSink();
      pipeline.startIngester();
      reader.readTo(emit(relay, 3 * STEP), PATIENCE);
      assertThat(reader.seen()).isEqualTo(relay.ledger().entries());
      assertThat(number("select count(*) from firehose_events")).isEqualTo(3 * STEP);
      assertThat(number("select count(*) from gaps")).isZero();
    }
  }

  @Test
  void whereNobodySetsTheCursorAGapTellsOfWhatALostKafkaHeld() throws Exception {
    try (RelaySimulator relay = relay();
        Pipeline pipeline = new Pipeline(servers, relay.uri(), PARTITIONS)) {
      Reader reader = pipeline.reader().readTo(emit(relay, STEP), PATIENCE);
      pipeline.stopSink();
      long lost = emit(relay, 2 * STEP);
      awaitCursor(relay);
      pipeline.stopIngester();
      delete(List.of(Topics.EVENTS, Topics.CURSOR));

      pipeline.startSink();
      pipeline.startIngester();
      awaitConnections(relay, 2);
      reader.readTo(emit(relay, 3 * STEP), PATIENCE);
      assertThat(reader.seen())
          .isEqualTo(
              relay.ledger().entries().stream()
                  .filter(entry ->
                      entry.seq() <= reader.seen().get(STEP - 1).seq() || entry.seq() > lost)
                  .toList());
      assertThat(number("select count(*) from gaps")).isEqualTo(PARTITIONS);
      assertThat(number("select max(from_seq) from gaps"))
          .isLessThanOrEqualTo(reader.seen().get(STEP - 1).seq());
      assertThat(number("select min(to_seq) from gaps")).isGreaterThan(lost);
      assertThat(number("select max(to_seq) from gaps")).isEqualTo(reader.seen().get(STEP).seq());
    }
  }

  @Test
  void aKafkaThatIsNotToBeBelievedRepeatsAndTheTableDoesNot() throws Exception {
    try (RelaySimulator relay = relay();
        Pipeline pipeline = new Pipeline(servers, relay.uri(), PARTITIONS)) {
      Reader reader = pipeline.reader().readTo(emit(relay, STEP), PATIENCE);
      pipeline.stopSink();
      emit(relay, 2 * STEP);
      awaitCursor(relay);
      pipeline.stopIngester();

      execute("update sink_progress set next_offset = 0");
      setCursor(relay, watermark(), true);
      pipeline.startSink();
      pipeline.startIngester();
      reader.readTo(emit(relay, 3 * STEP), PATIENCE);
      assertThat(reader.seen()).isEqualTo(relay.ledger().entries());
      assertThat(number("select count(*) from firehose_events")).isEqualTo(3 * STEP);
      assertThat(number("select count(*) from gaps")).isZero();
      assertThat(pipeline.sinkCount("skywire.sink.drops")).isGreaterThanOrEqualTo(2 * STEP);
    }
  }

  private static RelaySimulator relay() {
    return RelaySimulator.start(SimulatorSettings.defaults().withSeed(12).withRate(0).withLimit(1));
  }

  /** Has the relay send so many events in all; answers the last one's seq. */
  private static long emit(RelaySimulator relay, long events) throws InterruptedException {
    relay.limit(events);
    while (relay.emitted() < events) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    return relay.head();
  }

  private static void awaitConnections(RelaySimulator relay, int wanted) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (relay.connections() < wanted) {
      assertThat(System.nanoTime()).as("the ingester is connected").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private void awaitCursor(RelaySimulator relay) throws Exception {
    OperatorCursor cursors = new OperatorCursor(variables(relay));
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Cursor cursor = cursors.show();
    while (cursor == null || cursor.seq() < relay.head()) {
      assertThat(System.nanoTime()).as("everything is in the topic").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(50);
      cursor = cursors.show();
    }
  }

  private void setCursor(RelaySimulator relay, long seq, boolean replay) throws Exception {
    new OperatorCursor(variables(relay)).set(seq, replay);
  }

  private Variables variables(RelaySimulator relay) {
    return new Variables(
        Map.of(
            "KAFKA_BOOTSTRAP_SERVERS",
            servers.bootstrapServers(),
            "RELAY_URL",
            relay.uri().toString(),
            "SKYWIRE_EVENT_PARTITIONS",
            Integer.toString(PARTITIONS)));
  }

  private void delete(List<String> topics) throws Exception {
    try (Admin admin =
        Admin.create(
            Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, servers.bootstrapServers()))) {
      admin.deleteTopics(topics).all().get();
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (admin.listTopics().names().get().stream().anyMatch(topics::contains)) {
        assertThat(System.nanoTime()).as("the topics are gone").isLessThan(deadline);
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
  }

  private String database() {
    return servers.database().database();
  }

  private long watermark() throws SQLException {
    return number("select seq from readable_watermark");
  }

  /** As a restore does it: whoever is connected is cut off, and what was there is gone. */
  private void copyDatabase(String from, String to) throws SQLException {
    try (Connection connection = connect("template1");
        Statement statement = connection.createStatement()) {
      for (String name : List.of(from, to)) {
        statement.execute(
            "update pg_database set datallowconn = false where datname = '%s'".formatted(name));
        statement.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = '%s'"
                .formatted(name));
      }
      statement.execute("drop database if exists %s with (force)".formatted(to));
      statement.execute("create database %s template %s".formatted(to, from));
      statement.execute(
          "update pg_database set datallowconn = true where datname in ('%s', '%s')"
              .formatted(from, to));
    }
  }

  private long number(String sql) throws SQLException {
    try (Connection connection = connect(database());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = connect(database());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private Connection connect(String database) throws SQLException {
    DatabaseUrl url = servers.database();
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%d/%s".formatted(url.host(), url.port(), database),
        url.user(),
        url.password());
  }
}
