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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What DEPLOYMENT.md says of restoring one store alone, done to a pipeline and its readers. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
@Tag("long")
class RestoreTest {
  private static final int PARTITIONS = 6;
  private static final int STEP = 2_000;

  /** Events that the relay keeps: what any test asks of it, but for one. */
  private static final int WINDOW = 2 * STEP;

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Servers servers = Servers.embedded();
  private final RelaySimulator relay =
      RelaySimulator.start(
          SimulatorSettings.defaults()
              .withSeed(12)
              .withRate(0)
              .withLimit(1)
              .withWindowEvents(WINDOW));
  private Pipeline pipeline;
  private Reader reader;

  @BeforeEach
  void readTheFirstEventsAndStopTheSink() throws Exception {
    pipeline = new Pipeline(servers, relay.uri(), PARTITIONS);
    reader = pipeline.reader().readTo(emit(STEP), PATIENCE);
    pipeline.stopSink();
  }

  @AfterEach
  void stop() {
    pipeline.close();
    relay.close();
    servers.close();
  }

  @Test
  void whatADatabaseFromABackupLacksComesFromKafka() throws Exception {
    copyDatabase(database(), "backup");
    pipeline.startSink();
    reader.readTo(emit(2 * STEP), PATIENCE);

    pipeline.stopSink();
    copyDatabase("backup", database());
    assertThat(number("select count(*) from firehose_events")).isEqualTo(STEP);
    pipeline.startSink();
    Reader after = pipeline.reader().readTo(emit(3 * STEP), PATIENCE);
    assertThat(after.seen()).isEqualTo(relay.ledger().entries());
    assertThat(reader.readTo(after.since(), PATIENCE).seen()).isEqualTo(after.seen());
    assertThat(relay.connections()).as("the ingester's sessions").isEqualTo(1);
  }

  @Test
  void whatALostKafkaHeldComesFromTheRelay() throws Exception {
    publishWhatTheTableLacks();
    delete(List.of(Topics.EVENTS, Topics.CURSOR));
    setCursor(watermark(), false);
    startAgainAndReadAll();
  }

  @Test
  void whereNobodySetsTheCursorAGapTellsOfWhatALostKafkaHeld() throws Exception {
    long stored = reader.since();
    publishWhatTheTableLacks();
    delete(List.of(Topics.EVENTS, Topics.CURSOR));
    // So that the relay's oldest is not what the table lacks first.
    long head = emit(WINDOW + 2 * STEP);
    pipeline.startSink();
    pipeline.startIngester();
    reader.readTo(head, PATIENCE);
    long resumed = reader.seen().get(STEP).seq();
    assertThat(resumed).isGreaterThan(stored + STEP / 2);
    assertThat(reader.seen())
        .isEqualTo(
            relay.ledger().entries().stream()
                .filter(entry -> entry.seq() <= stored || entry.seq() >= resumed)
                .toList());
    assertThat(number("select count(*) from gaps")).isEqualTo(PARTITIONS);
    assertThat(number("select max(from_seq) from gaps")).isLessThanOrEqualTo(stored);
    assertThat(number("select min(to_seq) from gaps")).isEqualTo(resumed);
    assertThat(number("select max(to_seq) from gaps")).isEqualTo(resumed);
  }

  @Test
  void aKafkaThatIsNotToBeBelievedRepeatsAndTheTableDoesNot() throws Exception {
    publishWhatTheTableLacks();
    execute("update sink_progress set next_offset = 0");
    setCursor(watermark(), true);
    startAgainAndReadAll();
    assertThat(pipeline.sinkCount("skywire.sink.drops")).isGreaterThanOrEqualTo(2 * STEP);
  }

  private void publishWhatTheTableLacks() throws Exception {
    emit(2 * STEP);
    awaitCursor();
    pipeline.stopIngester();
  }

  private void startAgainAndReadAll() throws Exception {
    pipeline.startSink();
    pipeline.startIngester();
    reader.readTo(emit(3 * STEP), PATIENCE);
    assertThat(reader.seen()).isEqualTo(relay.ledger().entries());
    assertThat(number("select count(*) from firehose_events")).isEqualTo(3 * STEP);
    assertThat(number("select count(*) from gaps")).isZero();
  }

  /** Has the relay send so many events in all; answers the last one's seq. */
  private long emit(long events) throws InterruptedException {
    relay.limit(events);
    while (relay.emitted() < events) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    return relay.head();
  }

  private void awaitCursor() throws Exception {
    OperatorCursor cursors = new OperatorCursor(variables());
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Cursor cursor = cursors.show();
    while (cursor == null || cursor.seq() < relay.head()) {
      assertThat(System.nanoTime()).as("everything is in the topic").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(50);
      cursor = cursors.show();
    }
  }

  private void setCursor(long seq, boolean replay) throws Exception {
    new OperatorCursor(variables()).set(seq, replay);
  }

  private Variables variables() {
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
