package io.skywire.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.database.DatabaseUrl;
import io.skywire.embedded.FreePort;
import io.skywire.embedded.kafka.EmbeddedKafka;
import io.skywire.embedded.network.TcpProxy;
import io.skywire.embedded.network.WireProtocol;
import io.skywire.embedded.postgres.EmbeddedPostgresServer;
import io.skywire.embedded.simulator.LedgerEntry;
import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.embedded.simulator.SimulatorSettings;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A pipeline that reaches its PostgreSQL through a proxy, and a reader of its api. */
abstract class PostgresSetUp {
  static final int PARTITIONS = 6;
  static final int EVENTS_A_SECOND = 200;
  static final Duration PATIENCE = Duration.ofMinutes(1);

  /** For the api: two connections that wait for their answer, then one for a connection. */
  static final Duration NOTICED_MAX = Duration.ofSeconds(20);

  /** Each answer of the database, by a parameter of its URL. */
  private static final int ANSWER_SECONDS_MAX = 6;

  /** A connection that is held in mid-transaction is held for 20 s. */
  private static final Duration RECOVERED_MAX = Duration.ofSeconds(40);

  final EmbeddedKafka kafka = EmbeddedKafka.startTemporary();
  EmbeddedPostgresServer postgres;
  TcpProxy proxy;
  final RelaySimulator relay =
      RelaySimulator.start(SimulatorSettings.defaults().withSeed(5).withRate(EVENTS_A_SECOND));
  LogLines log;
  Reader reader;
  Pipeline pipeline;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    // Not a temporary one, which forgets its last commits when it is killed.
    postgres = EmbeddedPostgresServer.start(folder.resolve("postgres"), FreePort.any());
    proxy = TcpProxy.to(postgres.port(), WireProtocol.POSTGRES);
    pipeline =
        new Pipeline(
            Servers.proxied(kafka, postgres, proxy, ANSWER_SECONDS_MAX), relay.uri(), PARTITIONS);
    // After the processes, which set up this JVM's logging.
    log = new LogLines();
    reader = pipeline.reader().readTo(1, PATIENCE);
  }

  @AfterEach
  void stop() {
    pipeline.close();
    log.close();
    relay.close();
    proxy.close();
    postgres.close();
    kafka.close();
  }

  void caughtUp(String after) throws Exception {
    long began = System.nanoTime();
    awaitStatus("/api/events?since=0&limit=1", 200, RECOVERED_MAX);
    double answered = secondsSince(began);
    reader.readTo(relay.head(), RECOVERED_MAX);
    System.out.printf(
        "%s: answers after %.1f s, caught up after %.1f s%n", after, answered, secondsSince(began));
  }

  /** The table and the reader have in the end what the relay has sent. */
  void readAllOfIt() throws Exception {
    long end = relay.emitted() + EVENTS_A_SECOND;
    relay.limit(end);
    while (relay.emitted() < end) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    reader.readTo(relay.head(), PATIENCE);
    assertThat(reader.seen()).isEqualTo(relay.ledger().entries());
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("select count(*), sum(seq::numeric) from firehose_events")) {
      row.next();
      assertThat(row.getLong(1)).isEqualTo(relay.ledger().entries().size());
      assertThat(row.getLong(2))
          .isEqualTo(relay.ledger().entries().stream().mapToLong(LedgerEntry::seq).sum());
    }
  }

  HttpResponse<byte[]> awaitStatus(String path, int status, Duration max)
      throws InterruptedException {
    long deadline = System.nanoTime() + max.toNanos();
    while (true) {
      HttpResponse<byte[]> answer = reader.answer(path);
      if (answer.statusCode() == status) {
        return answer;
      }
      assertThat(answer.statusCode()).as(path).isIn(200, 503);
      assertThat(System.nanoTime())
          .as("%s answers %d within %s", path, status, max)
          .isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  /** Not through the proxy. */
  Connection connect() throws SQLException {
    DatabaseUrl url = postgres.url();
    return DriverManager.getConnection(url.jdbcUrl(), url.user(), url.password());
  }

  static double secondsSince(long nanoTime) {
    return (System.nanoTime() - nanoTime) / 1e9;
  }
}
