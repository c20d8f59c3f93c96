package io.skywire.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** What operators deploy with names commands that there are, and holds no secret. */
@Timeout(60)
class DeploymentFilesTest {
  private static final Path PROJECT = Path.of("..");
  private static final Pattern EXEC_START =
      Pattern.compile("(?m)^ExecStart=/opt/skywire/skywire (.+)$");
  private static final Pattern IN_THE_IMAGE = Pattern.compile("/opt/skywire/skywire ([a-z-]+)");
  private static final Pattern ON_FLY =
      Pattern.compile("(?m)^ +(?:ingester|sink|api|release_command) = \"([^\"]+)\"$");
  private static final Pattern VERSION =
      Pattern.compile("<artifactId>skywire</artifactId>\\s+<version>([^<]+)</version>");
  private static final Path SYSTEMD_ANALYZE = Path.of("/usr/bin/systemd-analyze");

  @TempDir private Path folder;

  @Test
  void aUnitRunsACommandThatThereIs() throws IOException {
    for (Path unit : units()) {
      var start = EXEC_START.matcher(Files.readString(unit));
      assertThat(start.find()).as(unit.toString()).isTrue();
      assertThat(commands()).contains(start.group(1));
    }
  }

  @Test
  void aUnitLogsJson() throws IOException {
    for (Path unit : units()) {
      assertThat(unit).content().contains("\nEnvironment=SKYWIRE_LOG_FORMAT=ecs\n");
    }
  }

  @Test
  void systemdHasNothingToSayAboutTheUnits() throws Exception {
    assumeTrue(
        Files.isExecutable(SYSTEMD_ANALYZE), "skipped: systemd-analyze is not installed here");
    List<String> words = new ArrayList<>(List.of(SYSTEMD_ANALYZE.toString(), "verify"));
    for (Path unit : units()) {
      Path copy = folder.resolve(unit.getFileName().toString());
      // It looks for the program too.
      Files.writeString(
          copy, Files.readString(unit).replace("=/opt/skywire/skywire ", "=/bin/echo "));
      words.add(copy.toString());
    }
    Process verify = new ProcessBuilder(words).redirectErrorStream(true).start();
    try {
      String said = new String(verify.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(verify.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(said.lines()).noneMatch(line -> line.contains("skywire"));
      assertThat(verify.exitValue()).as(said).isZero();
    } finally {
      verify.destroyForcibly();
    }
  }

  @Test
  void composeRefusesToStartWithoutItsSecrets() throws IOException {
    assertThat(variable("api", "SECRET_KEY_BASE")).startsWith("${SECRET_KEY_BASE:?is not set");
    assertThat(variable("postgres", "POSTGRES_PASSWORD"))
        .startsWith("${POSTGRES_PASSWORD:?is not set");
    for (String service : List.of("api", "sink", "sink-b", "migrate")) {
      assertThat(variable(service, "DATABASE_URL"))
          .startsWith("postgresql://skywire:${POSTGRES_PASSWORD:?is not set");
    }
  }

  @Test
  void composeGivesEachOfOurContainersACommandThatThereIsAndNoRights() throws IOException {
    List<String> ours = List.of("ingester", "ingester-b", "sink", "sink-b", "api", "migrate");
    for (String name : Stream.concat(ours.stream(), Stream.of("simulator")).toList()) {
      Map<String, Object> service = service(name);
      assertThat(commands()).contains((String) ((List<?>) value(service, "command")).getFirst());
      assertThat(service)
          .as(name)
          .containsEntry("read_only", true)
          .containsEntry("cap_drop", List.of("ALL"))
          .containsKey("mem_limit");
    }
  }

  @Test
  void whatIsDeployedWritesItsLogAsJson() throws IOException {
    for (String name : List.of("ingester", "ingester-b", "sink", "sink-b", "api", "simulator")) {
      assertThat(variable(name, "SKYWIRE_LOG_FORMAT"))
          .as(name)
          .isEqualTo("${SKYWIRE_LOG_FORMAT:-ecs}");
    }
    assertThat(Files.readString(PROJECT.resolve("fly.toml")))
        .contains("SKYWIRE_LOG_FORMAT = \"ecs\"");
    assertThat(Files.readString(PROJECT.resolve("render.yaml")))
        .containsPattern("key: SKYWIRE_LOG_FORMAT\\s+value: ecs\\s");
    assertThat(yaml(PROJECT.resolve("helm/skywire/values.yaml"))).containsEntry("logFormat", "ecs");
  }

  @Test
  void whatStandsBesideInComposeHasAnotherNameAndNothingElse() throws IOException {
    for (String name : List.of("ingester", "sink")) {
      Map<String, Object> second = service(name + "-b");
      assertThat(second).containsEntry("profiles", List.of("ha"));
      assertThat(variable(name, "SKYWIRE_INSTANCE")).isEqualTo(name + "-a");
      assertThat(variable(name + "-b", "SKYWIRE_INSTANCE")).isEqualTo(name + "-b");
      assertThat(alike(second)).isEqualTo(alike(service(name)));
    }
  }

  @Test
  void composeMountsFilesThatThereAre() throws IOException {
    List<Path> mounted = new ArrayList<>();
    for (String service : List.of("prometheus", "grafana")) {
      for (Object volume : (List<?>) value(service(service), "volumes")) {
        String source = ((String) volume).replaceFirst(":.*", "");
        if (source.startsWith("./")) {
          mounted.add(PROJECT.resolve(source));
        }
      }
    }
    assertThat(mounted).hasSize(5).allSatisfy(file -> assertThat(file).isRegularFile());
  }

  @Test
  void composesPrometheusAsksEachOfItsProcesses() throws IOException {
    Map<String, Object> prometheus = yaml(PROJECT.resolve("deploy/compose/prometheus.yml"));
    List<String> asked = new ArrayList<>();
    for (Object job : (List<?>) value(prometheus, "scrape_configs")) {
      if (map(job).get("dns_sd_configs") instanceof List<?> found) {
        Map<String, Object> names = map(found.getFirst());
        for (Object name : (List<?>) value(names, "names")) {
          asked.add(name + ":" + value(names, "port"));
        }
      } else {
        Object targets = ((List<?>) value(map(job), "static_configs")).getFirst();
        for (Object target : (List<?>) value(map(targets), "targets")) {
          asked.add((String) target);
        }
      }
    }
    assertThat(asked)
        .containsExactlyInAnyOrder(
            "api:4000", "ingester:9400", "ingester-b:9400", "sink:9400", "sink-b:9400");
    assertThat(Files.readString(PROJECT.resolve("Dockerfile")))
        .contains("SKYWIRE_METRICS_PORT=9400 ")
        .contains("EXPOSE 4000 9400");
  }

  @Test
  void platformsRunCommandsThatThereAre() throws IOException {
    for (String file : List.of("render.yaml", "DEPLOYMENT.md")) {
      assertThat(matches(IN_THE_IMAGE, file))
          .as(file)
          .contains("api", "ingester", "sink")
          .isSubsetOf(commands());
    }
    assertThat(matches(ON_FLY, "fly.toml"))
        .containsExactlyInAnyOrder("migrate", "ingester", "sink", "api");
  }

  @Test
  void everyFileNamesTheVersionOfThePom() throws IOException {
    var pom = VERSION.matcher(Files.readString(PROJECT.resolve("pom.xml")));
    assertThat(pom.find()).isTrue();
    assertThat(yaml(PROJECT.resolve("helm/skywire/Chart.yaml")))
        .containsEntry("appVersion", pom.group(1));
    for (String file : List.of("Dockerfile", "docker-compose.yml", "DEPLOYMENT.md")) {
      assertThat(PROJECT.resolve(file)).content().contains(pom.group(1));
    }
  }

  @Test
  void theImageIsNotRunByRoot() throws IOException {
    List<String> users =
        Files.readAllLines(PROJECT.resolve("Dockerfile")).stream()
            .filter(line -> line.startsWith("USER "))
            .toList();

    assertThat(users).isNotEmpty().containsOnly("USER 10001:10001");
  }

  private static List<Path> units() throws IOException {
    try (Stream<Path> files = Files.list(PROJECT.resolve("deploy").resolve("systemd"))) {
      return files.filter(file -> file.toString().endsWith(".service")).sorted().toList();
    }
  }

  private static List<String> commands() {
    return List.copyOf(Skywire.commandLine().getSubcommands().keySet());
  }

  private static String variable(String service, String name) throws IOException {
    return (String) value(map(value(service(service), "environment")), name);
  }

  private static Map<String, Object> service(String name) throws IOException {
    Map<String, Object> compose = yaml(PROJECT.resolve("docker-compose.yml"));
    return map(value(map(value(compose, "services")), name));
  }

  /** A service without what tells it from another of its kind. */
  private static Map<String, Object> alike(Map<String, Object> service) {
    Map<String, Object> rest = new HashMap<>(service);
    Map<String, Object> environment = new HashMap<>(map(value(service, "environment")));
    environment.remove("SKYWIRE_INSTANCE");
    rest.put("environment", environment);
    rest.remove("profiles");
    return rest;
  }

  private static List<String> matches(Pattern pattern, String file) throws IOException {
    return pattern
        .matcher(Files.readString(PROJECT.resolve(file)))
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  private static Map<String, Object> yaml(Path path) throws IOException {
    try (Reader file = Files.newBufferedReader(path)) {
      return map(new Yaml().load(file));
    }
  }

  private static Object value(Map<String, Object> map, String key) {
    return Objects.requireNonNull(map.get(key), key);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object yaml) {
    return (Map<String, Object>) yaml;
  }
}
