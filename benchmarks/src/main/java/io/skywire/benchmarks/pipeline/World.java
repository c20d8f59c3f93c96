package io.skywire.benchmarks.pipeline;

import com.zaxxer.hikari.HikariDataSource;
import io.skywire.api.tokens.TokenStore;
import io.skywire.benchmarks.LauncherFlags;
import io.skywire.benchmarks.PostgresServer;
import io.skywire.benchmarks.Shared;
import io.skywire.benchmarks.Workbench;
import io.skywire.common.database.Database;
import io.skywire.common.database.DatabaseUrl;
import io.skywire.common.settings.Variables;
import io.skywire.common.topic.EventPartitions;
import io.skywire.common.topic.TopicSetup;
import io.skywire.embedded.FreePort;
import io.skywire.embedded.TemporaryFolder;
import io.skywire.embedded.kafka.KafkaCluster;
import io.skywire.embedded.kafka.KafkaNode;
import io.skywire.embedded.process.ChildCommand;
import io.skywire.embedded.process.ChildProcess;
import io.skywire.standalone.Skywire;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.jspecify.annotations.Nullable;

/**
 * A broker, a database, and those of Skywire's processes that a run needs: each a process, with the
 * launcher's flags, in a folder that goes with it. Closing it ends all of them. One thread.
 */
final class World implements AutoCloseable {
  static final int PARTITIONS = EventPartitions.from(new Variables(Map.of()));

  private static final List<String> BROKER_FLAGS = List.of("-Xmx512m");
  private static final String SECRET = "a secret for one run that is long enough for an HMAC";
  private static final String SINK_GROUP = "skywire-sink";
  private static final Duration START_MAX = Duration.ofMinutes(3);
  private static final long LOOK_AGAIN_MILLIS = 50;

  private final Workbench workbench;
  private final Path folder;
  private final Map<String, ChildProcess> processes = new LinkedHashMap<>();
  private @Nullable KafkaCluster kafka;
  private Shared.@Nullable Lease<PostgresServer> postgres;
  private @Nullable DatabaseUrl database;
  private @Nullable EventsApi api;

  private World(Workbench workbench) {
    this.workbench = workbench;
    this.folder = workbench.newFolder("world");
  }

  /** A broker with Skywire's topics. */
  static World withKafka(Workbench workbench) throws InterruptedException, ExecutionException {
    World world = new World(workbench);
    try {
      world.startKafka();
      return world;
    } catch (RuntimeException | InterruptedException | ExecutionException failed) {
      world.close();
      throw failed;
    }
  }

  /**
   * All but the ingester: a broker, a durable database, a sink that has its partitions, an api that
   * answers. What does not need each other starts at the same time.
   */
  static World withoutIngester(Workbench workbench)
      throws IOException, InterruptedException, ExecutionException, SQLException {
    World world = new World(workbench);
    try {
      world.postgres = PostgresServer.lease(workbench);
      world.database = world.postgres.part().create();
      int port = FreePort.lasting();
      world.startApi(port);
      world.startKafka();
      world.start("sink", LauncherFlags.INGESTER_AND_SINK, Map.of());
      world.awaitApi(port);
      world.awaitSink();
      return world;
    } catch (RuntimeException
        | IOException
        | InterruptedException
        | ExecutionException
        | SQLException failed) {
      world.close();
      throw failed;
    }
  }

  Path folder() {
    return folder;
  }

  String kafka() {
    return Objects.requireNonNull(kafka).bootstrapServers(KafkaCluster.DIRECT);
  }

  HikariDataSource database() {
    return Database.open(Objects.requireNonNull(database), "bench", 1, Duration.ofSeconds(10));
  }

  EventsApi api() {
    return Objects.requireNonNull(api);
  }

  /** From the relay's oldest event on; it works when its first events come out. */
  void startIngester(URI relay) {
    start(
        "ingester",
        LauncherFlags.INGESTER_AND_SINK,
        Map.of("RELAY_URL", relay.toString(), "RELAY_START", "oldest"));
  }

  long pid(String name) {
    return Objects.requireNonNull(processes.get(name), name).pid();
  }

  /**
   * @throws IllegalStateException when one of Skywire's processes has ended
   */
  void requireAllRunning() {
    processes.forEach((name, process) -> {
      if (!process.isAlive()) {
        throw new IllegalStateException(
            "%s has ended: %s".formatted(name, Programs.end(process.command().log())));
      }
    });
  }

  /** By force: nobody needs what they leave behind. */
  @Override
  public void close() {
    if (api != null) {
      api.close();
    }
    processes.values().forEach(ChildProcess::kill);
    if (kafka != null) {
      kafka.nodes().forEach(KafkaNode::kill);
    }
    if (postgres != null) {
      postgres.close();
    }
    TemporaryFolder.delete(folder);
  }

  private void startApi(int port) {
    start(
        "api",
        LauncherFlags.API,
        Map.of(
            "SECRET_KEY_BASE",
            SECRET,
            "SKYWIRE_BIND",
            "127.0.0.1",
            "SKYWIRE_API_REQUESTS_PER_MINUTE",
            Integer.toString(Integer.MAX_VALUE),
            "PORT",
            Integer.toString(port)));
  }

  private void awaitApi(int port) throws InterruptedException {
    api = new EventsApi(port, token());
    long deadline = deadline();
    while (!api.answers()) {
      pauseUntil(deadline, "the api does not answer");
    }
  }

  /** Until it has its partitions. */
  private void awaitSink() throws InterruptedException {
    long deadline = deadline();
    try (Admin admin = admin()) {
      while (!hasMember(admin)) {
        pauseUntil(deadline, "the sink has not joined its group");
      }
    }
  }

  private void startKafka() throws InterruptedException, ExecutionException {
    kafka =
        KafkaCluster.start(
            folder.resolve("kafka"),
            1,
            List.of(),
            (listener, port) -> port,
            workbench.jvm(BROKER_FLAGS));
    long deadline = deadline();
    try (Admin admin = admin()) {
      while (!hasTopics(admin)) {
        pauseUntil(deadline, "the broker takes no topics");
      }
    }
  }

  /** Makes them; a broker that accepts clients may still be unknown to its controller. */
  private static boolean hasTopics(Admin admin) throws InterruptedException, ExecutionException {
    try {
      TopicSetup.ensure(admin, PARTITIONS);
      return true;
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof InvalidReplicationFactorException) {
        return false;
      }
      throw failed;
    }
  }

  private void start(String name, List<String> flags, Map<String, String> own) {
    Map<String, String> variables = new HashMap<>(own);
    if (kafka != null) {
      variables.put("KAFKA_BOOTSTRAP_SERVERS", kafka());
    }
    if (database != null) {
      variables.put("DATABASE_URL", database.toUrl());
    }
    processes.put(
        name,
        ChildProcess.start(
            ChildCommand.java(
                name,
                Skywire.class.getName(),
                workbench.jvm(flags),
                List.of(name),
                variables,
                folder.resolve(name + ".log"))));
  }

  /** As soon as the api has made its table. */
  private String token() throws InterruptedException {
    long deadline = deadline();
    try (HikariDataSource database = database()) {
      TokenStore tokens = new TokenStore(database, SECRET);
      while (true) {
        try {
          return tokens.create("bench");
        } catch (SQLException noTableYet) {
          pauseUntil(deadline, "nobody has migrated the database");
        }
      }
    }
  }

  private static boolean hasMember(Admin admin) throws InterruptedException {
    try {
      return admin.describeConsumerGroups(List.of(SINK_GROUP)).all().get().values().stream()
              .flatMap(group -> group.members().stream())
              .mapToInt(member -> member.assignment().topicPartitions().size())
              .sum()
          == PARTITIONS;
    } catch (ExecutionException noGroupYet) {
      return false;
    }
  }

  private Admin admin() {
    return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka()));
  }

  private static long deadline() {
    return System.nanoTime() + START_MAX.toNanos();
  }

  private void pauseUntil(long deadline, String what) throws InterruptedException {
    requireAllRunning();
    if (System.nanoTime() > deadline) {
      throw new IllegalStateException(what + " within " + START_MAX);
    }
    Thread.sleep(LOOK_AGAIN_MILLIS);
  }
}
