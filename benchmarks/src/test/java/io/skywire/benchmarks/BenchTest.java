package io.skywire.benchmarks;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.skywire.embedded.TemporaryFolder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code ./skywire bench --quick} as a user runs it, once: each stage ends, each contender has
 * proven what it has done, and nothing is left of them. No figure is judged.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BenchTest {
  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();

  /** Kept, to be read when something has failed. */
  private static final Path OUT = Path.of("target", "bench-quick").toAbsolutePath();

  /** With the fetching of peers. Of a run that hangs: a busy machine may take its time. */
  private static final Duration END_MAX = Duration.ofMinutes(30);

  private static final Duration KILLED_MAX = Duration.ofSeconds(30);

  /** JMH keeps it, so that no two of it measure at the same time. */
  private static final String JMH_LOCK = "jmh.lock";

  private static final int LINES_OF_END = 30;
  private static final String GIVEN_PLUGINS = "SKYWIRE_BENCH_CONNECT_PLUGINS";

  private static final Map<String, Set<String>> CONTENDERS =
      Map.ofEntries(
          entry(
              "decode",
              Set.of(
                  "Skywire",
                  "@atcute/cbor and /car",
                  "@atproto/repo and /lex-cbor, official",
                  "indigo")),
          entry(
              "decode-verified",
              Set.of(
                  "Skywire, unchecked, after a pass that hashes every block",
                  "Skywire, records only, as it runs",
                  "SHA-256 of the blocks alone",
                  "@atcute/cbor and /car, with SHA-256",
                  "@atproto/sync, official",
                  "indigo",
                  "Jetstream")),
          entry(
              "ingester",
              Set.of(
                  "Skywire's ingester",
                  "at-kafka",
                  "Jetstream",
                  "a Kafka producer, transactions of 500",
                  "Kafka's ProducerPerformance, no transactions",
                  "the relay alone, its frames thrown away")),
          entry(
              "sink",
              Set.of(
                  "Skywire's sink, SKYWIRE_STATS=off",
                  "the same with its counts, until they are complete",
                  "Kafka Connect, Aiven's JDBC sink",
                  "Kafka Connect, Confluent's JDBC sink",
                  "Kafka Connect, Debezium's JDBC sink",
                  "the same, with unnest",
                  "INSERT by JDBC from memory, 5,000 rows at a time, as such sinks do",
                  "COPY from memory, 10,000 rows a transaction",
                  "COPY from memory, one transaction")),
          entry(
              "disk",
              Set.of(
                  "Skywire's tables",
                  "jsonb, further collections in a second table",
                  "jsonb, collections in an array with GIN",
                  "jsonb, only the first op's collection")),
          entry("pipeline", Set.of("Skywire", "Jetstream's ingest", "tap")),
          entry("latency", Set.of("Skywire", "Jetstream, before its data is durable")),
          entry("memory", Set.of("Skywire", "Jetstream", "at-kafka")),
          entry("start", Set.of("./skywire up --demo")),
          entry(
              "pages",
              Set.of(
                  "Skywire",
                  "Fastify and pg on Node",
                  "Fastify and pg on Node, JSON not parsed",
                  "the query alone")),
          entry(
              "tail",
              Set.of(
                  "Skywire", "Fastify and pg on Node", "Fastify and pg on Node, JSON not parsed")),
          entry(
              "stream",
              Set.of(
                  "Skywire, one client",
                  "Skywire, ten clients",
                  "Jetstream's cursor replay",
                  "the rows alone, COPY to one client")),
          entry("growth", Set.of("Skywire, 2,000 rows", "Skywire, 6,000 rows")));

  /** Nobody fetches these. */
  private static final Set<String> IN_GO =
      Set.of(
          "at-kafka",
          "indigo",
          "Jetstream",
          "Jetstream's cursor replay",
          "Jetstream's ingest",
          "Jetstream, before its data is durable",
          "tap");

  private static final Set<String> GIVEN_BY_THE_USER =
      Set.of("Kafka Connect, Aiven's JDBC sink", "Kafka Connect, Confluent's JDBC sink");

  private static final Map<String, Packages> FETCHED =
      Map.ofEntries(
          entry("@atcute/cbor and /car", Packages.npm("decode")),
          entry("@atcute/cbor and /car, with SHA-256", Packages.npm("decode")),
          entry("@atproto/repo and /lex-cbor, official", Packages.npm("decode")),
          entry("@atproto/sync, official", Packages.npm("decode")),
          entry("Fastify and pg on Node", Packages.npm("api")),
          entry("Fastify and pg on Node, JSON not parsed", Packages.npm("api")),
          entry("Kafka's ProducerPerformance, no transactions", Packages.maven("producer")),
          entry("Kafka Connect, Debezium's JDBC sink", Packages.maven("connect/plugins/debezium")),
          entry("the same, with unnest", Packages.maven("connect/plugins/debezium")));

  private final List<Contestant> contestants = new ArrayList<>();
  private String tables = "";
  private List<String> leftBehind = List.of();

  /** One contender of one stage, as {@code figures.json} has it. */
  private record Contestant(String stage, String name, JsonNode json) {
    boolean isLeftOut() {
      return json.has("absence");
    }

    String absence() {
      return json.path("absence").asString();
    }

    /** Of the one round. */
    List<Double> figures() {
      return json.path("figures").valueStream().map(rounds -> rounds.path(0).asDouble()).toList();
    }
  }

  @BeforeAll
  void bench() throws Exception {
    Path log = Files.createDirectories(OUT).resolve("output.log");
    for (Path file : List.of(log, OUT.resolve("figures.json"), OUT.resolve("tables.md"))) {
      Files.deleteIfExists(file);
    }
    run(log);

    tables = Files.readString(OUT.resolve("tables.md"));
    JsonNode figures = JsonMapper.shared().readTree(OUT.resolve("figures.json"));
    for (JsonNode stage : figures.path("stages")) {
      for (JsonNode contender : stage.path("contenders")) {
        // What the query is asked with depends on the machine.
        String name = contender.path("name").asString().replaceAll(", (pgbench|JDBC)$", "");
        contestants.add(new Contestant(stage.path("name").asString(), name, contender));
      }
    }
  }

  private void run(Path log) throws Exception {
    // Of its own, so that what it leaves there is seen.
    Path temporary = TemporaryFolder.create("skywire-bench-test-");
    ProcessBuilder command =
        new ProcessBuilder(
                HOME.resolve("skywire").toString(), "bench", "--quick", "--out", OUT.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    command.environment().put("SKYWIRE_BUILT", "true");
    command.environment().put("SKYWIRE_JAVA_OPTS", "-Djava.io.tmpdir=" + temporary);
    command.environment().remove(GIVEN_PLUGINS);
    Process bench = command.start();
    try {
      assertThat(bench.waitFor(END_MAX.toSeconds(), TimeUnit.SECONDS))
          .as("ends within %s; the end of %s:\n%s", END_MAX, log, end(log))
          .isTrue();
      assertThat(bench.exitValue()).as("the end of %s:\n%s", log, end(log)).isZero();
      leftBehind = leftBehind(temporary);
    } finally {
      bench.destroyForcibly();
      // Servers that know nothing of its end.
      for (ProcessHandle process : processesIn(temporary)) {
        process.destroyForcibly();
        process.onExit().get(KILLED_MAX.toSeconds(), TimeUnit.SECONDS);
      }
      TemporaryFolder.delete(temporary);
    }
  }

  @Test
  void nothingIsLeftBehind() {
    assertThat(leftBehind).isEmpty();
  }

  @Test
  void everyStageHasItsContenders() {
    Map<String, Set<String>> found =
        contestants.stream()
            .collect(
                Collectors.groupingBy(
                    Contestant::stage, Collectors.mapping(Contestant::name, Collectors.toSet())));

    assertThat(found).isEqualTo(CONTENDERS);
    assertThat(contestants).hasSize(CONTENDERS.values().stream().mapToInt(Set::size).sum());
    assertThat(CONTENDERS.keySet())
        .allSatisfy(stage -> assertThat(tables).contains("### " + stage + "\n"));
  }

  @Test
  void whoTakesPartHasProvenItAndHasAFigure() {
    assertThat(contestants.stream().filter(contestant -> !contestant.isLeftOut()))
        .isNotEmpty()
        .allSatisfy(contestant -> {
          assertThat(contestant.json().path("failures").values()).isEmpty();
          assertThat(contestant.figures()).isNotEmpty();
          assertThat(contestant.figures().getFirst()).isPositive();
          assertThat(contestant.figures())
              .allSatisfy(figure -> assertThat(figure).isFinite().isNotNegative());
          assertThat(tablesOf(contestant)).contains("\n| " + contestant.name());
        });
  }

  @Test
  void whoIsLeftOutIsSoForTheReasonThatIsTold() {
    assertThat(contestants.stream().filter(Contestant::isLeftOut))
        .allSatisfy(contestant -> {
          assertThat(contestant.figures()).isEmpty();
          assertThat(tablesOf(contestant))
              .contains("\n" + contestant.name() + " is left out: " + contestant.absence());
          if (IN_GO.contains(contestant.name())) {
            assertThat(contestant.absence()).startsWith("a program in Go;");
          } else if (GIVEN_BY_THE_USER.contains(contestant.name())) {
            assertThat(contestant.absence()).contains(GIVEN_PLUGINS);
          } else if (contestant.stage().equals("memory")) {
            assertThat(Path.of("/proc/self/status")).doesNotExist();
          } else {
            assertIsNotToBeHad(contestant);
          }
        });
  }

  /** A peer that is lost for want of a network fails nothing, and is told of. */
  @Test
  void peersTakePartWhosePackagesAreToBeHad() {
    Set<String> lost =
        contestants.stream()
            .filter(contestant -> contestant.isLeftOut() && FETCHED.containsKey(contestant.name()))
            .map(contestant -> contestant.absence().lines().findFirst().orElse(""))
            .collect(Collectors.toCollection(TreeSet::new));
    assumeTrue(lost.isEmpty(), () -> "no packages of peers: " + String.join("; ", lost));

    assertThat(contestants.stream().filter(one -> FETCHED.containsKey(one.name())))
        .hasSize(FETCHED.size() + 2) // Fastify twice in two stages
        .allSatisfy(contestant -> assertThat(contestant.figures()).isNotEmpty());
  }

  private void assertIsNotToBeHad(Contestant contestant) {
    Packages packages = FETCHED.get(contestant.name());
    assertThat(packages).as("whose packages are fetched").isNotNull();
    if (contestant.absence().contains("Cannot run program \"npm\"")) {
      assertThat(onPath("npm")).isFalse();
    } else {
      assertThat(contestant.absence()).contains("not to be had: ").contains("ended");
      // Those of the worker, without which the plugin is of no use, may be the ones that are lost.
      assertThat(Stream.of(packages, Packages.maven("connect/worker")))
          .anySatisfy(one -> assertThat(one.fetched(HOME)).doesNotExist());
    }
  }

  private String tablesOf(Contestant contestant) {
    String stage = tables.substring(tables.indexOf("### " + contestant.stage() + "\n") + 1);
    int next = stage.indexOf("\n### ");
    return next < 0 ? stage : stage.substring(0, next);
  }

  /** Files and processes. */
  private static List<String> leftBehind(Path temporary) throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      Stream<String> names = files.map(file -> file.getFileName().toString());
      Stream<String> processes =
          processesIn(temporary).stream().map(process -> process.info().toString());
      return Stream.concat(names.filter(name -> !name.equals(JMH_LOCK)), processes).toList();
    }
  }

  /** Those that have been told of the folder. */
  private static List<ProcessHandle> processesIn(Path temporary) {
    return ProcessHandle.allProcesses()
        .filter(process -> process.info().commandLine().orElse("").contains(temporary.toString()))
        .toList();
  }

  private static boolean onPath(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  private static String end(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_OF_END), lines.size()));
  }
}
