package io.skywire.standalone.chaos;

import io.skywire.common.database.DatabaseUrl;
import io.skywire.embedded.FreePort;
import io.skywire.embedded.kafka.KafkaCluster;
import io.skywire.embedded.kafka.KafkaNode;
import io.skywire.embedded.network.TcpProxy;
import io.skywire.embedded.network.WireProtocol;
import io.skywire.embedded.postgres.EmbeddedPostgresServer;
import io.skywire.embedded.process.ChildCommand;
import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.embedded.simulator.SimulatorSettings;
import io.skywire.standalone.Skywire;
import io.skywire.standalone.chaos.Victim.Role;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Everything that takes part, each as a process of its own but for the relay, and the network
 * between any two of them. Owns all of it. Any thread may call it; nothing of Skywire runs before
 * it is told to.
 */
final class World implements AutoCloseable {
  /** Two of each, so that one takes over from the other. */
  private static final int INSTANCES = 2;

  private static final List<String> FLAGS =
      List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private static final String SECRET = "a secret for one run that is long enough for an HMAC";

  /** What the relay keeps for an ingester that was away, and the ledger for the witnesses. */
  private static final int RELAY_EVENTS = 200_000;

  /** The share of frames that must become dead letters. */
  private static final int HOSTILE_ONE_IN = 100;

  /** The release beside, among those of a process, and this one. */
  static final int BEFORE = 0;

  static final int THIS = 1;

  private final Path folder;
  private final Map<String, Victim> victims = new LinkedHashMap<>();
  private final Map<String, Line> lines = new LinkedHashMap<>();
  private final int apiPort = FreePort.lasting();
  private final SimulatorSettings relaySettings;
  private final RelaySimulator relay;
  private final @Nullable String beside;
  private @Nullable EmbeddedPostgresServer postgres;
  private @Nullable KafkaCluster kafka;

  private World(Path folder, ChaosSettings settings) {
    this.folder = folder;
    this.beside = settings.beside() == null ? null : settings.beside().resolve("lib") + "/*";
    this.relaySettings =
        SimulatorSettings.defaults()
            .withSeed(settings.seed())
            .withRate(settings.rate())
            .withHostileOneIn(HOSTILE_ONE_IN)
            .withFolder(folder.resolve("relay"))
            .withWindowEvents(RELAY_EVENTS)
            .withLedgerEvents(RELAY_EVENTS);
    this.relay = RelaySimulator.start(relaySettings);
  }

  /** Starts the servers and the relay. */
  static World start(Path folder, ChaosSettings settings) throws IOException, InterruptedException {
    World world = new World(folder, settings);
    try {
      world.startServers(settings.brokers());
      world.prepareProcesses();
      return world;
    } catch (RuntimeException | IOException | InterruptedException failed) {
      world.close();
      throw failed;
    }
  }

  RelaySimulator relay() {
    return relay;
  }

  SimulatorSettings relaySettings() {
    return relaySettings;
  }

  /** For the witnesses, past every proxy. */
  DatabaseUrl database() {
    return Objects.requireNonNull(postgres).url();
  }

  EmbeddedPostgresServer postgres() {
    return Objects.requireNonNull(postgres);
  }

  /** For the witnesses, past every proxy. */
  String kafka() {
    return Objects.requireNonNull(kafka).bootstrapServers(KafkaCluster.DIRECT);
  }

  /** Where the reader finds the api. */
  URI api() {
    return URI.create("http://127.0.0.1:" + line("reader/api").proxies().getFirst().port());
  }

  String secret() {
    return SECRET;
  }

  List<Victim> victims() {
    return List.copyOf(victims.values());
  }

  Victim victim(String name) {
    return Objects.requireNonNull(victims.get(name), name);
  }

  List<Line> lines() {
    return List.copyOf(lines.values());
  }

  Line line(String name) {
    return Objects.requireNonNull(lines.get(name), name);
  }

  /** The lines from all victims of a role to a server. */
  List<Line> lines(Role role, String server) {
    return lines.values().stream()
        .filter(line -> line.server().equals(server))
        .filter(line -> victims.containsKey(line.client()))
        .filter(line -> victim(line.client()).role() == role)
        .toList();
  }

  /** Skywire's processes of a role, of the ingesters those first that stand by. */
  List<SkywireProcess> processes(Role role) {
    Victim leader = leader();
    return victims.values().stream()
        .filter(SkywireProcess.class::isInstance)
        .map(SkywireProcess.class::cast)
        .filter(process -> process.role() == role)
        .sorted(Comparator.comparing(process -> process == leader))
        .toList();
  }

  /** The ingester that the relay serves; null when it serves none. */
  @Nullable Victim leader() {
    return lines(Role.INGESTER, "relay").stream()
        .filter(Line::isConnected)
        .map(line -> victim(line.client()))
        .findFirst()
        .orElse(null);
  }

  void startProcesses() throws IOException {
    for (Victim victim : victims.values()) {
      victim.start();
    }
  }

  Path folder() {
    return folder;
  }

  List<KafkaNode> brokers() {
    return Objects.requireNonNull(kafka).nodes();
  }

  /**
   * Starts the brokers again that will not come back by themselves.
   *
   * @return their names
   */
  List<String> startAgainWhoIsLost() throws IOException {
    List<String> again = new ArrayList<>();
    for (Victim victim : victims.values()) {
      if (victim instanceof Broker broker && broker.startAgainWithoutGroups()) {
        again.add(broker.name());
      }
    }
    return again;
  }

  /** Undoes every fault. */
  void mend() throws IOException {
    lines.values().forEach(Line::heal);
    relay.resume();
    for (Victim victim : victims.values()) {
      victim.resume();
      victim.start();
    }
  }

  @Override
  public void close() {
    for (Victim victim : victims.values()) {
      if (victim.role() != Role.DATABASE) {
        try {
          victim.kill();
        } catch (IOException impossible) {
          throw new IllegalStateException(impossible);
        }
      }
    }
    lines.values().forEach(line -> line.proxies().forEach(TcpProxy::close));
    relay.close();
    if (postgres != null) {
      postgres.close();
    }
  }

  private void startServers(int brokers) throws IOException, InterruptedException {
    EmbeddedPostgresServer server =
        EmbeddedPostgresServer.start(folder.resolve("postgres"), FreePort.lasting());
    postgres = server;
    server.processes().leash();
    List<String> clients = new ArrayList<>();
    for (int number = 1; number <= INSTANCES; number++) {
      clients.add("ingester-" + number);
      clients.add("sink-" + number);
    }
    Map<String, List<TcpProxy>> proxies = new HashMap<>();
    KafkaCluster cluster =
        KafkaCluster.start(
            folder.resolve("kafka"),
            brokers,
            clients.stream().map(World::listener).toList(),
            (listener, port) -> {
              TcpProxy proxy = TcpProxy.to(port, WireProtocol.KAFKA);
              proxies.computeIfAbsent(listener, name -> new ArrayList<>()).add(proxy);
              return proxy.port();
            },
            List.of("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    kafka = cluster;
    clients.forEach(client ->
        add(new Line(client, "kafka", proxies.getOrDefault(listener(client), List.of()))));
    cluster.nodes().forEach(node -> add(new Broker(node)));
    add(new DatabaseServer(server));
  }

  private void prepareProcesses() {
    for (int number = 1; number <= INSTANCES; number++) {
      String ingester = "ingester-" + number;
      int relayPort = proxy(ingester, "relay", relay.uri().getPort(), WireProtocol.OPAQUE);
      process(
          Role.INGESTER,
          ingester,
          Map.of(
              "RELAY_URL", "ws://127.0.0.1:" + relayPort,
              "SKYWIRE_RELAY_NAME", "chaos",
              "RELAY_START", "oldest"));
      String sink = "sink-" + number;
      process(Role.SINK, sink, Map.of("DATABASE_URL", databaseOf(sink)));
    }
    process(
        Role.API,
        "api",
        Map.of(
            "DATABASE_URL",
            databaseOf("api"),
            "SECRET_KEY_BASE",
            SECRET,
            "SKYWIRE_BIND",
            "127.0.0.1",
            "PORT",
            Integer.toString(apiPort)));
    proxy("reader", "api", apiPort, WireProtocol.OPAQUE);
  }

  private String databaseOf(String client) {
    DatabaseUrl url = database();
    int port = proxy(client, "database", url.port(), WireProtocol.POSTGRES);
    return new DatabaseUrl(
            url.host(), port, url.database(), url.user(), url.password(), url.parameters())
        .toUrl();
  }

  private void process(Role role, String name, Map<String, String> variables) {
    Map<String, String> all = new HashMap<>(variables);
    all.put("SKYWIRE_INSTANCE", name);
    all.put("SKYWIRE_EVENT_PARTITIONS", Integer.toString(ChaosSettings.PARTITIONS));
    if (role != Role.API) {
      all.put(
          "KAFKA_BOOTSTRAP_SERVERS",
          Objects.requireNonNull(kafka).bootstrapServers(listener(name)));
    }
    String command = name.replaceFirst("-.*", "");
    String main = Skywire.class.getName();
    Path log = folder.resolve(name + ".log");
    List<ChildCommand> releases = new ArrayList<>();
    if (beside != null) {
      releases.add(ChildCommand.java(name, beside, main, FLAGS, List.of(command), all, log));
    }
    releases.add(ChildCommand.java(name, main, FLAGS, List.of(command), all, log));
    add(new SkywireProcess(role, releases));
  }

  private int proxy(String client, String server, int port, WireProtocol protocol) {
    TcpProxy proxy = TcpProxy.to(port, protocol);
    add(new Line(client, server, List.of(proxy)));
    return proxy.port();
  }

  private void add(Line line) {
    lines.put(line.name(), line);
  }

  private void add(Victim victim) {
    victims.put(victim.name(), victim);
  }

  private static String listener(String client) {
    return client.toUpperCase(Locale.ROOT).replace('-', '_');
  }
}
