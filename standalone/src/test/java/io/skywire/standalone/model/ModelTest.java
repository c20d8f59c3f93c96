package io.skywire.standalone.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/model/check}: the promises hold in the model, and each deliberate break is caught.
 */
class ModelTest {
  private static final Path CHECK = Path.of("..", "docs", "model", "check");
  private static final long MINUTES_MAX = 20;

  @Test
  void thePromisesHoldAndEachBreakIsCaught() throws Exception {
    Assumptions.assumeTrue(
        isInstalled("spin") && isInstalled("gcc"), "skipped: spin or gcc is not installed");
    Path output = Files.createDirectories(Path.of("target")).resolve("model.log");
    // It computes all the time, and the tests beside it wait for what others do.
    Process check =
        new ProcessBuilder("nice", CHECK.toString())
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(check.waitFor(MINUTES_MAX, TimeUnit.MINUTES)).as("it ends").isTrue();
      String lines = Files.readString(output, StandardCharsets.UTF_8);
      System.out.print(lines);
      assertThat(check.exitValue()).as(lines).isZero();
      assertThat(named("holds   (\\S+), \\S+: [1-9][0-9,]* states", lines))
          .isEqualTo(named("\\| `([a-z-]+)`: .+ \\| [0-9,]+ \\|", readMe()));
      assertThat(named("caught  (\\S+): by '", lines)).isEqualTo(kept());
    } finally {
      check.descendants().forEach(ProcessHandle::destroyForcibly);
      check.destroyForcibly();
    }
  }

  private static String readMe() throws IOException {
    return Files.readString(CHECK.resolveSibling("README.md"));
  }

  /** The breaks whose counterexamples are kept. */
  private static Set<String> kept() throws IOException {
    try (Stream<Path> files = Files.list(CHECK.resolveSibling("counterexamples"))) {
      return files
          .map(file -> file.getFileName().toString().replace(".txt", ""))
          .collect(Collectors.toSet());
    }
  }

  /** What the first group of the pattern finds at the beginning of a line. */
  private static Set<String> named(String pattern, String lines) {
    Set<String> names =
        Pattern.compile("(?m)^" + pattern)
            .matcher(lines)
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.toSet());
    assertThat(names).as(pattern).isNotEmpty();
    return names;
  }

  private static boolean isInstalled(String program) {
    try (Stream<String> folders =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))) {
      return folders.anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
  }
}
