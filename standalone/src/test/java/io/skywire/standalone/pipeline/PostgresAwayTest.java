package io.skywire.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.skywire.common.database.DatabaseUrl;
import io.skywire.common.topic.Topics;
import io.skywire.embedded.FreePort;
import io.skywire.embedded.SmallDisk;
import io.skywire.embedded.kafka.EmbeddedKafka;
import io.skywire.embedded.network.Direction;
import io.skywire.embedded.network.Hold;
import io.skywire.embedded.network.TcpProxy;
import io.skywire.embedded.network.WireProtocol;
import io.skywire.embedded.postgres.EmbeddedPostgresServer;
import io.skywire.embedded.simulator.LedgerEntry;
import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.embedded.simulator.SimulatorSettings;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * PostgreSQL fails in one way after the other: the ingester does not notice, the api says so and
 * recovers, the sink goes on where it was, and in the end the table is what the relay has sent.
 */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
@Tag("long")
class PostgresAwayTest {
  private static final int PARTITIONS = 6;
  private static final int EVENTS_A_SECOND = 200;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** Each answer of the database, by a parameter of its URL. */
  private static final int ANSWER_SECONDS_MAX = 6;

  /** For the api: two connections that wait for their answer, then one for a connection. */
  private static final Duration NOTICED_MAX = Duration.ofSeconds(20);

  /** A connection that is held in mid-transaction is held for 20 s. */
  private static final Duration RECOVERED_MAX = Duration.ofSeconds(40);

  private final EmbeddedKafka kafka = EmbeddedKafka.startTemporary();
  private EmbeddedPostgresServer postgres;
  private TcpProxy proxy;
  private final RelaySimulator relay =
      RelaySimulator.start(SimulatorSettings.defaults().withSeed(5).withRate(EVENTS_A_SECOND));
  private final Admin admin =
      Admin.create(Map.of("bootstrap.servers", (Object) kafka.bootstrapServers()));
  private LogLines log;
  private Pipeline pipeline;
  private Reader reader;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    // Not a temporary one, which forgets its last commits when it is killed.
    postgres = EmbeddedPostgresServer.start(folder.resolve("postgres"), FreePort.any());
    proxy = TcpProxy.to(postgres.port(), WireProtocol.POSTGRES);
    pipeline = new Pipeline(servers(), relay.uri(), PARTITIONS);
    // After the processes, which set up this JVM's logging.
    log = new LogLines();
    reader = pipeline.reader().readTo(1, PATIENCE);
  }

  @AfterEach
  void stop() {
    pipeline.close();
    admin.close();
    log.close();
    relay.close();
    proxy.close();
    postgres.close();
    kafka.close();
  }

  private interface Step {
    void run() throws Exception;
  }

  @Test
  void itIsKilledCutOffStoppedAndFullAndNothingIsLost() throws Exception {
    away("killed", () -> postgres.processes().kill(), postgres::startAgain);
    away("cut off", proxy::cut, proxy::heal);
    away(
        "half-open",
        () -> proxy.stall(Direction.TO_CLIENT, Direction.TO_SERVER),
        () -> {
          proxy.reset();
          proxy.heal();
        });
    away("stopped", () -> postgres.processes().pause(), () -> postgres.processes().resume());
    List<Connection> others = new ArrayList<>();
    away("out of connections", () -> takeAllConnections(others), () -> close(others));
    readAllOfIt();
  }

  @Test
  void theSinkGoesOnByItselfWhenOneConnectionFailsIt() throws Exception {
    Hold hold = proxy.hold(Hold.Side.REQUEST, sql -> sql.contains("firehose_events ("), 1);
    assertThat(hold.await(PATIENCE)).isTrue();
    caughtUp("one connection half-open for good");
    hold.drop();

    execute("alter database skywire set default_transaction_read_only = on", ENDING_THE_SINK);
    awaitWarning("read-only");
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
      execute(
          """
          create function fail() returns trigger language plpgsql as $$
          begin raise exception 'as told: %s' using errcode = '%s'; end $$
          """
              .formatted(state, state),
          "create trigger fail before insert on firehose_events for each row execute function fail()");
      awaitWarning("as told: " + state);
      awaitWarning("as told: " + state);
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
      small.fill();
      awaitWarning("No space left on device");
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

  private static final String ENDING_THE_SINK =
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'skywire-sink'";

  /** From the fault on, until all is well again. */
  private void away(String fault, Step begin, Step end) throws Exception {
    int linesBefore = log.lines().size();
    long began = System.nanoTime();
    begin.run();
    awaitStatus("/api/events?since=0&limit=1", 503, NOTICED_MAX);
    HttpResponse<byte[]> refused = awaitStatus("/api/health", 503, NOTICED_MAX);
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    JsonNode health = JsonMapper.shared().readTree(refused.body());
    assertThat(health.path("status").asString()).isEqualTo("down");
    assertThat(health.path("database").path("reachable").asBoolean(true)).isFalse();
    refused = awaitStatus("/api/events?since=0&limit=2", 503, NOTICED_MAX);
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(JsonMapper.shared().readTree(refused.body()).path("error").asString())
        .contains("database");

    long offsets = offsets();
    long head = relay.head();
    while (offsets() < offsets + EVENTS_A_SECOND || relay.head() < head + EVENTS_A_SECOND) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    assertThat(relay.connections()).as("the ingester's sessions").isEqualTo(1);

    double away = secondsSince(began);
    end.run();
    caughtUp("%s for %.1f s".formatted(fault, away));
    int lines = log.lines().size() - linesBefore;
    System.out.printf("%s: %d log lines%n", fault, lines);
    assertThat(log.withStackTrace()).isEmpty();
    assertThat(lines).isLessThan(20 + (int) (4 * secondsSince(began)));
  }

  private void caughtUp(String after) throws Exception {
    long began = System.nanoTime();
    awaitStatus("/api/events?since=0&limit=1", 200, RECOVERED_MAX);
    double answered = secondsSince(began);
    reader.readTo(relay.head(), RECOVERED_MAX);
    System.out.printf(
        "%s: answers after %.1f s, caught up after %.1f s%n", after, answered, secondsSince(began));
  }

  private void readAllOfIt() throws Exception {
    relay.limit(relay.emitted() + EVENTS_A_SECOND);
    long end = relay.emitted();
    do {
      end = relay.emitted();
      TimeUnit.MILLISECONDS.sleep(500);
    } while (relay.emitted() > end);
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

  private HttpResponse<byte[]> awaitStatus(String path, int status, Duration max)
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

  private void awaitWarning(String words) throws InterruptedException {
    int from = log.lines().size();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (log.lines().stream().skip(from).noneMatch(line -> line.contains(words))) {
      assertThat(System.nanoTime()).as("a warning of " + words).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private long offsets() throws Exception {
    Map<TopicPartition, OffsetSpec> latest =
        IntStream.range(0, PARTITIONS)
            .boxed()
            .collect(
                Collectors.toMap(
                    number -> new TopicPartition(Topics.EVENTS, number),
                    number -> OffsetSpec.latest()));
    return admin.listOffsets(latest).all().get().values().stream()
        .mapToLong(info -> info.offset())
        .sum();
  }

  /** As others might, until PostgreSQL has no more; then ends those of the sink and the api. */
  private void takeAllConnections(List<Connection> others) throws SQLException {
    Connection first = connect();
    others.add(first);
    try (Statement statement = first.createStatement()) {
      while (true) {
        try {
          while (true) {
            others.add(connect());
          }
        } catch (SQLException full) {
          assertThat(full.getSQLState()).isEqualTo("53300");
        }
        try (ResultSet row =
            statement.executeQuery(
                """
                select count(pg_terminate_backend(pid)) from pg_stat_activity
                where application_name like 'skywire-%'
                """)) {
          row.next();
          if (row.getInt(1) == 0) {
            return;
          }
        }
      }
    }
  }

  private static void close(List<Connection> connections) throws SQLException {
    for (Connection connection : connections) {
      connection.close();
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

  /** Not through the proxy. */
  private Connection connect() throws SQLException {
    DatabaseUrl url = postgres.url();
    return DriverManager.getConnection(url.jdbcUrl(), url.user(), url.password());
  }

  private static double secondsSince(long nanoTime) {
    return (System.nanoTime() - nanoTime) / 1e9;
  }

  private Servers servers() {
    DatabaseUrl direct = postgres.url();
    DatabaseUrl proxied =
        new DatabaseUrl(
            direct.host(),
            proxy.port(),
            direct.database(),
            direct.user(),
            direct.password(),
            "socketTimeout=" + ANSWER_SECONDS_MAX);
    return new Servers() {
      @Override
      public String bootstrapServers() {
        return kafka.bootstrapServers();
      }

      @Override
      public DatabaseUrl database() {
        return proxied;
      }

      @Override
      public void close() {
        // The test's own.
      }
    };
  }
}
