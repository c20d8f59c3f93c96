package io.skywire.standalone.chaos;

import io.skywire.embedded.kafka.KafkaNode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Makes the processes of a long run start in half the time: each kind is run once until it works,
 * writes down at its end what it has loaded and linked (a JVM's AOT cache), and begins with that
 * from then on.
 *
 * @see <a href="https://openjdk.org/jeps/514">JEP 514: Ahead-of-Time Command-Line Ergonomics</a>
 */
final class Training {
  /** The JVM makes the cache when it ends, which takes longer than the rest of its life. */
  private static final Duration READY_MAX = Duration.ofSeconds(90);

  private static final String WRITE = "-XX:AOTCacheOutput=";
  private static final String USE = "-XX:AOTCache=";

  /** Who writes the cache, and who uses it too. */
  private static final Map<String, List<String>> KINDS =
      Map.of(
          "ingester-1", List.of("ingester-1", "ingester-2"),
          "sink-1", List.of("sink-1", "sink-2"),
          "api", List.of("api"));

  private final World world;

  Training(World world) {
    this.world = world;
  }

  /** A cache needs a class path of nothing but jars, which tests do not have. */
  static boolean isPossible() {
    String[] path = System.getProperty("java.class.path").split(File.pathSeparator, -1);
    return List.of(path).stream().allMatch(entry -> entry.endsWith(".jar"));
  }

  /** To be called before the processes are started. */
  void begin() {
    KINDS.keySet().forEach(name -> process(name).setFlags(List.of(WRITE + cache(name))));
  }

  /** To be called when all of them work: ends and starts them anew, and so the brokers. */
  void end() throws IOException, InterruptedException {
    KINDS.keySet().forEach(name -> process(name).stop(READY_MAX));
    KINDS.forEach((writer, users) -> {
      List<String> flags = use(cache(writer));
      users.forEach(user -> process(user).setFlags(flags));
    });
    trainBrokers();
    world.startProcesses();
  }

  private void trainBrokers() throws InterruptedException {
    Path cache = cache("broker");
    KafkaNode first = world.brokers().getFirst();
    first.stop(READY_MAX);
    first.setFlags(List.of(WRITE + cache));
    first.start();
    first.awaitReady(READY_MAX);
    first.stop(READY_MAX);
    world.brokers().forEach(node -> node.setFlags(use(cache)));
    first.start();
    first.awaitReady(READY_MAX);
  }

  private static List<String> use(Path cache) {
    return Files.exists(cache) ? List.of(USE + cache) : List.of();
  }

  private SkywireProcess process(String name) {
    return (SkywireProcess) world.victim(name);
  }

  private Path cache(String name) {
    return world.folder().resolve(name + ".aot");
  }
}
