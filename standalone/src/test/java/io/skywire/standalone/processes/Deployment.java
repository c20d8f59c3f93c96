package io.skywire.standalone.processes;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.skywire.api.ApiProcess;
import io.skywire.api.tokens.TokenStore;
import io.skywire.common.compression.EventDecompressor;
import io.skywire.common.compression.EventDictionaries;
import io.skywire.common.database.Database;
import io.skywire.common.database.DatabaseUrl;
import io.skywire.common.database.Migrations;
import io.skywire.common.lifecycle.LoopThread;
import io.skywire.common.settings.Variables;
import io.skywire.embedded.TemporaryFolder;
import io.skywire.embedded.kafka.KafkaCluster;
import io.skywire.embedded.kafka.KafkaNode;
import io.skywire.embedded.network.TcpProxy;
import io.skywire.embedded.network.WireProtocol;
import io.skywire.embedded.postgres.EmbeddedPostgresServer;
import io.skywire.embedded.simulator.LedgerEntry;
import io.skywire.embedded.simulator.LedgerHash;
import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.embedded.simulator.SimulatorSettings;
import io.skywire.standalone.pipeline.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Three brokers, two ingesters and three sinks as processes; relay, api and who watches them in
 * this JVM. Events flow from its start to its end, and {@link #assertNothingLostOrRepeated} may be
 * asked at any time.
 */
final class Deployment implements AutoCloseable {
  static final int PARTITIONS = 6;
  static final int EVENTS_A_SECOND = 200;

  private static final Path FOLDER = Path.of("target", "processes").toAbsolutePath();
  private static final int BROKERS = 3;
  private static final int INGESTERS = 2;
  private static final int SINKS = 3;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String SECRET = "a secret for tests that is long enough for an HMAC";
  private static final List<String> BROKER_FLAGS =
      List.of("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final RelaySimulator relay;
  private final KafkaCluster kafka;
  private final KafkaView view;
  private final HikariDataSource database;
  private final List<Worker> ingesters = new ArrayList<>();
  private final List<Worker> sinks = new ArrayList<>();
  private final Subscriber subscriber;
  private final PagingReader reader;
  private final LoopThread subscriberThread;
  private final LoopThread readerThread;

  private Deployment() throws Exception {
    TemporaryFolder.delete(FOLDER);
    Files.createDirectories(FOLDER);
    // The logs stay.
    opened.push(() -> deleteNodes());
    try {
      relay =
          open(
              RelaySimulator.start(
                  SimulatorSettings.defaults().withSeed(17).withRate(EVENTS_A_SECOND)));
      EmbeddedPostgresServer postgres = open(EmbeddedPostgresServer.startTemporary());
      database = open(Database.open(postgres.url(), "test", 2, Duration.ofSeconds(10)));
      Migrations.migrate(database);
      Map<String, List<TcpProxy>> kafkaProxies = new HashMap<>();
      kafka = open(startKafka(kafkaProxies));
      view = open(new KafkaView(servers(KafkaCluster.DIRECT)));
      // As Kafka comes: what one broker has is acknowledged, unless a topic asks for more.
      view.setDefaultInSyncMin(1);
      for (int number = 1; number <= INGESTERS; number++) {
        String name = "ingester-" + number;
        ingesters.add(open(ingester(name, kafkaProxies.getOrDefault(listener(name), List.of()))));
      }
      for (int number = 1; number <= SINKS; number++) {
        sinks.add(open(sink("sink-" + number, postgres.url())));
      }
      ingesters.forEach(Worker::start);
      sinks.forEach(Worker::start);
      ApiProcess api = open(ApiProcess.start(apiVariables(postgres.url())));
      subscriber = new Subscriber(servers(KafkaCluster.DIRECT), PARTITIONS);
      subscriberThread = open(new LoopThread("subscriber", subscriber, Duration.ofSeconds(5)));
      subscriberThread.start();
      reader =
          new PagingReader(
              new Reader(
                  URI.create("http://127.0.0.1:" + api.port()),
                  new TokenStore(database, SECRET).create("test")));
      readerThread = open(new LoopThread("reader", reader, Duration.ofSeconds(5)));
      readerThread.start();
      awaitEveryone();
    } catch (Exception | AssertionError failed) {
      close();
      throw failed;
    }
  }

  /** Starts everything; returns when events flow and all have their share of the work. */
  static Deployment start() throws Exception {
    return new Deployment();
  }

  RelaySimulator relay() {
    return relay;
  }

  KafkaCluster kafka() {
    return kafka;
  }

  KafkaView view() {
    return view;
  }

  Subscriber subscriber() {
    return subscriber;
  }

  PagingReader reader() {
    return reader;
  }

  List<Worker> ingesters() {
    return ingesters;
  }

  List<Worker> sinks() {
    return sinks;
  }

  /** The ingester that works; waits until there is one. */
  Worker leader() throws Exception {
    Eventually.isTrue("an ingester leads", PATIENCE, () -> view.leader().isPresent());
    String name = view.leader().orElseThrow();
    return ingesters.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
  }

  /** The other one. */
  Worker otherThan(Worker ingester) {
    return ingesters.get(0) == ingester ? ingesters.get(1) : ingesters.get(0);
  }

  /** Starts and wakes whatever does not run. */
  void mend() throws Exception {
    for (KafkaNode node : kafka.nodes()) {
      node.start();
      node.resume();
    }
    for (List<Worker> workers : List.of(ingesters, sinks)) {
      for (Worker worker : workers) {
        if (worker.isAlive()) {
          worker.resume();
        } else {
          worker.start();
        }
      }
    }
    awaitEveryone();
  }

  /** Waits until both ingesters are in their group, all sinks in theirs, and events flow. */
  void awaitEveryone() throws Exception {
    view.awaitMembers(KafkaView.INGESTERS, INGESTERS, PATIENCE);
    view.awaitMembers(KafkaView.SINKS, SINKS, PATIENCE);
    awaitFlow();
  }

  /** Waits until what the relay sends from now on has come to the reader. */
  void awaitFlow() throws Exception {
    reader.awaitSeq(relay.head() + 1, PATIENCE);
  }

  /** What the relay has sent until now is in the topic, in the table and with the reader, once. */
  void assertNothingLostOrRepeated() throws Exception {
    long head = relay.head();
    subscriber.awaitAll(head, PATIENCE);
    reader.awaitSeq(head, PATIENCE);
    assertThat(subscriberThread.done().toCompletableFuture()).as("the subscriber").isNotDone();
    assertThat(readerThread.done().toCompletableFuture()).as("the reader").isNotDone();

    List<LedgerEntry> sent =
        relay.ledger().entries().stream().filter(entry -> entry.seq() <= head).toList();
    assertThat(subscriber.complaints()).isEmpty();
    assertSame(subscriber.upTo(head), sent, "the topic");
    assertSame(reader.upTo(head), sent, "what the reader saw");
    assertSame(tableUpTo(head), sent.stream().map(Row::of).toList(), "the table");
  }

  @Override
  public void close() {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
        // Whatever it is, the others are to end too.
      } catch (Exception failed) {
        System.out.println("did not end in order: " + failed);
      }
    }
  }

  private static void deleteNodes() {
    for (int id = 1; id <= BROKERS; id++) {
      TemporaryFolder.delete(FOLDER.resolve("kafka").resolve("node-" + id));
    }
  }

  /** The first difference, not two lists of tens of thousands. */
  private static <T> void assertSame(List<T> seen, List<T> sent, String where) {
    for (int i = 0; i < Math.min(seen.size(), sent.size()); i++) {
      assertThat(seen.get(i)).as("number %d in %s", i, where).isEqualTo(sent.get(i));
    }
    assertThat(seen).as(where).hasSameSizeAs(sent);
  }

  /**
   * What the table has of an event.
   *
   * @param collection of its first op
   * @param hash of what is stored, as the ledger's
   */
  private record Row(long seq, String type, String repo, @Nullable String collection, String hash) {
    static Row of(LedgerEntry sent) {
      return new Row(
          sent.seq(),
          sent.type(),
          sent.repo(),
          sent.collections().isEmpty() ? null : sent.collections().getFirst(),
          sent.hash());
    }
  }

  private List<Row> tableUpTo(long seq) throws SQLException {
    try (Connection connection = database.getConnection();
        EventDictionaries dictionaries = new EventDictionaries();
        EventDecompressor decompressor = dictionaries.decompressor(connection);
        PreparedStatement select =
            connection.prepareStatement(
                """
                select seq, event_type, repo, collection, event, event_zstd, event_bytes as bytes
                from firehose_events where seq <= ? order by seq
                """)) {
      select.setLong(1, seq);
      try (ResultSet row = select.executeQuery()) {
        List<Row> rows = new ArrayList<>();
        while (row.next()) {
          byte[] event = Objects.requireNonNull(decompressor.event(row));
          rows.add(
              new Row(
                  row.getLong(1),
                  row.getString(2),
                  row.getString(3),
                  row.getString(4),
                  LedgerHash.of(JsonMapper.shared().readTree(event))));
        }
        return rows;
      }
    }
  }

  private KafkaCluster startKafka(Map<String, List<TcpProxy>> proxies) throws InterruptedException {
    List<String> listeners = new ArrayList<>();
    for (int number = 1; number <= INGESTERS; number++) {
      listeners.add(listener("ingester-" + number));
    }
    return KafkaCluster.start(
        FOLDER.resolve("kafka"),
        BROKERS,
        listeners,
        (listener, port) -> {
          TcpProxy proxy = TcpProxy.to(port, WireProtocol.KAFKA);
          proxies.computeIfAbsent(listener, name -> new ArrayList<>()).add(proxy);
          return proxy.port();
        },
        BROKER_FLAGS);
  }

  private Worker ingester(String name, List<TcpProxy> kafkaProxies) {
    Map<String, String> variables = new HashMap<>();
    variables.put("KAFKA_BOOTSTRAP_SERVERS", servers(listener(name)));
    variables.put("RELAY_URL", relay.uri().toString());
    variables.put("RELAY_START", "oldest");
    variables.put("SKYWIRE_INSTANCE", name);
    return new Worker("ingester", name, variables, kafkaProxies, FOLDER);
  }

  private Worker sink(String name, DatabaseUrl url) {
    TcpProxy proxy = TcpProxy.to(url.port(), WireProtocol.POSTGRES);
    DatabaseUrl byProxy =
        new DatabaseUrl(
            url.host(), proxy.port(), url.database(), url.user(), url.password(), url.parameters());
    return new Worker(
        "sink",
        name,
        Map.of(
            "KAFKA_BOOTSTRAP_SERVERS",
            servers(KafkaCluster.DIRECT),
            "DATABASE_URL",
            byProxy.toUrl(),
            "SKYWIRE_INSTANCE",
            name),
        List.of(proxy),
        FOLDER);
  }

  private static Variables apiVariables(DatabaseUrl url) {
    return new Variables(
        Map.of(
            "DATABASE_URL",
            url.toUrl(),
            "SECRET_KEY_BASE",
            SECRET,
            "SKYWIRE_BIND",
            "127.0.0.1",
            "PORT",
            "0"));
  }

  private String servers(String listener) {
    return kafka.bootstrapServers(listener);
  }

  private static String listener(String ingester) {
    return ingester.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  private <T extends AutoCloseable> T open(T resource) {
    opened.push(resource);
    return resource;
  }
}
