package io.skywire.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher in an unpacked release, whose Java only says what it was started with. */
@Timeout(60)
class LauncherTest {
  private static final Path LAUNCHER = Path.of("..", "skywire");

  @TempDir private Path folder;

  private Path release;

  @BeforeEach
  void unpack() throws IOException {
    release = Files.createDirectories(folder.resolve("a release"));
    Files.copy(LAUNCHER, release.resolve("skywire"));
    Path java = Files.createDirectories(release.resolve("runtime/bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Path lib = Files.createDirectories(release.resolve("lib"));
    for (String jar : List.of("b.jar", "a.jar", "B.jar", "skywire-standalone.jar")) {
      Files.createFile(lib.resolve(jar));
    }
  }

  @Test
  void aReleaseRunsOnTheRuntimeBesideIt() throws Exception {
    Run run = run(Map.of(), "version");

    assertThat(run.status()).isZero();
    assertThat(run.lines()).endsWith("io.skywire.standalone.Skywire", "version");
    assertThat(run.lines()).contains("-Dskywire.home=" + release.toRealPath());
  }

  @Test
  void theClassPathIsInOneOrderInEveryLanguage() throws Exception {
    String lib = release.toRealPath().resolve("lib") + "/";
    String expected =
        lib + "B.jar:" + lib + "a.jar:" + lib + "b.jar:" + lib + "skywire-standalone.jar";

    assertThat(run(Map.of("LC_ALL", "C"), "version").lines()).contains(expected);
    assertThat(run(Map.of("LC_ALL", "en_US.UTF-8"), "version").lines()).contains(expected);
  }

  @Test
  void theCacheIsUsedWhereItIs() throws Exception {
    assertThat(run(Map.of(), "api").lines()).noneMatch(line -> line.contains("AOTCache"));

    Files.createFile(release.resolve("skywire.aot"));

    assertThat(run(Map.of(), "api").lines())
        .contains("-XX:AOTCache=" + release.toRealPath().resolve("skywire.aot"), "-Xlog:aot*=off");
  }

  @Test
  void aProcessHasTheHeapOfTheDesignAndEndsWhenItIsNotEnough() throws Exception {
    assertThat(heap("ingester")).isBetween(1, 256);
    assertThat(heap("sink")).isBetween(1, 256);
    assertThat(heap("api")).isBetween(1, 512);
    assertThat(run(Map.of(), "sink").lines()).contains("-XX:+ExitOnOutOfMemoryError");
  }

  /** A small container's JVM would take another, and two of them none. */
  @Test
  void theCollectorIsTheLaunchersUnlessTheOperatorNamesOne() throws Exception {
    for (String process : List.of("up", "ingester", "sink", "api")) {
      assertThat(run(Map.of(), process).lines()).contains("-XX:+UseG1GC");
      assertThat(run(Map.of("SKYWIRE_JAVA_OPTS", "-XX:+UseZGC"), process).lines())
          .contains("-XX:+UseZGC")
          .doesNotContain("-XX:+UseG1GC");
    }
    assertThat(run(Map.of("SKYWIRE_JAVA_OPTS", "-XX:MaxGCPauseMillis=50 -Xmx1g"), "sink").lines())
        .as("named by none of these")
        .contains("-XX:+UseG1GC");
  }

  @Test
  void theOperatorsOptionsComeAfterTheLaunchers() throws Exception {
    List<String> lines = run(Map.of("SKYWIRE_JAVA_OPTS", "-Xmx1g -Dx=y"), "api").lines();

    assertThat(lines).filteredOn(line -> line.startsWith("-Xmx")).endsWith("-Xmx1g");
    assertThat(lines).contains("-Dx=y");
  }

  @ParameterizedTest
  @ValueSource(strings = {"test", "format", "bench", "package"})
  void whatNeedsTheSourcesSaysSo(String command) throws Exception {
    Run run = run(Map.of(), command);

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.lines())
        .containsExactly("skywire: " + command + " needs the sources; this is a release");
  }

  @Test
  void healthOfWhatIsNoContainerIsNotMadeUp() throws Exception {
    Run run = run(Map.of(), "healthy");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.lines()).singleElement().asString().startsWith("skywire: this is no container");
  }

  private int heap(String process) throws Exception {
    String option =
        run(Map.of(), process).lines().stream()
            .filter(line -> line.startsWith("-Xmx"))
            .findFirst()
            .orElseThrow();
    return Integer.parseInt(option.substring("-Xmx".length(), option.length() - 1));
  }

  private Run run(Map<String, String> variables, String command) throws Exception {
    ProcessBuilder launcher =
        new ProcessBuilder("sh", release.resolve("skywire").toString(), command)
            .redirectErrorStream(true);
    Map<String, String> environment = new HashMap<>(variables);
    environment.put("PATH", System.getenv("PATH"));
    launcher.environment().clear();
    launcher.environment().putAll(environment);
    Process process = launcher.start();
    try {
      List<String> lines;
      try (var output = process.inputReader(StandardCharsets.UTF_8)) {
        lines = output.lines().toList();
      }
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      return new Run(process.exitValue(), lines);
    } finally {
      process.destroyForcibly();
    }
  }

  private record Run(int status, List<String> lines) {}
}
