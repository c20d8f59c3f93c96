package io.skywire.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.database.DatabaseUrl;
import io.skywire.embedded.kafka.EmbeddedKafka;
import io.skywire.embedded.network.TcpProxy;
import io.skywire.embedded.network.WireProtocol;
import io.skywire.embedded.postgres.EmbeddedPostgresServer;
import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.embedded.simulator.SimulatorSettings;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * PostgreSQL takes less than comes, over a line on which a batch of the usual size does not get
 * through in time: the sink stores what it can in smaller ones, and the ingester does not notice.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@Tag("long")
class PostgresSlowTest {
  private static final int EVENTS_A_SECOND = 200;
  private static final int EVENTS_STORED_NEVERTHELESS = 300;
  private static final long BYTES_A_SECOND = 24 * 1024;
  private static final Duration DELAY = Duration.ofMillis(20);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Of each answer of the database, by a parameter of its URL. */
  private static final int ANSWER_SECONDS_MAX = 6;

  private final EmbeddedKafka kafka = EmbeddedKafka.startTemporary();
  private final EmbeddedPostgresServer postgres = EmbeddedPostgresServer.startTemporary();
  private final TcpProxy line = TcpProxy.to(postgres.port(), WireProtocol.POSTGRES);
  private final RelaySimulator relay =
      RelaySimulator.start(SimulatorSettings.defaults().withSeed(6).withRate(EVENTS_A_SECOND));
  private Pipeline pipeline;

  @BeforeEach
  void start() throws SQLException {
    pipeline =
        new Pipeline(Servers.proxied(kafka, postgres, line, ANSWER_SECONDS_MAX), relay.uri(), 6);
  }

  @AfterEach
  void stop() {
    pipeline.close();
    relay.close();
    line.close();
    postgres.close();
    kafka.close();
  }

  @Test
  void theSinkStoresInSmallerBatchesAndNothingIsLost() throws Exception {
    Reader reader = pipeline.reader().readTo(1, PATIENCE);
    int sessions = relay.connections();
    line.slow(DELAY, BYTES_A_SECOND);
    // The first are small, since the sink still keeps up; then one is too large for the line.
    await("a batch fails", () -> pipeline.sinkCount("skywire.sink.failures") > 0);
    long stored = stored();
    long began = System.nanoTime();
    await("events are stored", () -> stored() >= stored + EVENTS_STORED_NEVERTHELESS);
    double seconds = (System.nanoTime() - began) / 1e9;
    System.out.printf("%d events in %.1f s%n", stored() - stored, seconds);

    long head = relay.emitted();
    await("the ingester keeps up", () -> pipeline.ingesterCount("skywire.ingester.events") >= head);
    assertThat(relay.connections()).isEqualTo(sessions);
    await(
        "the api answers", () -> reader.answer("/api/events?since=0&limit=1").statusCode() == 200);
    assertThat(stored()).as("the sink is behind").isLessThan(relay.emitted());

    line.heal();
    long end = relay.emitted() + EVENTS_A_SECOND;
    relay.limit(end);
    await("the relay is at its end", () -> relay.emitted() >= end);
    reader.readTo(relay.head(), PATIENCE);
    assertThat(reader.seen()).isEqualTo(relay.ledger().entries());
    assertThat(stored()).isEqualTo(relay.ledger().entries().size());
    assertThat(relay.connections()).as("the ingester's sessions").isEqualTo(sessions);
  }

  private static void await(String what, Callable<Boolean> sign) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!sign.call()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** Not over the slow line. */
  private long stored() throws SQLException {
    DatabaseUrl url = postgres.url();
    try (Connection connection =
            DriverManager.getConnection(url.jdbcUrl(), url.user(), url.password());
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select count(*) from firehose_events")) {
      row.next();
      return row.getLong(1);
    }
  }
}
