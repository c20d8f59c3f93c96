package io.skywire.standalone.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
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
    Process check =
        new ProcessBuilder(CHECK.toString())
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(check.waitFor(MINUTES_MAX, TimeUnit.MINUTES)).as("it ends").isTrue();
      String lines = Files.readString(output, StandardCharsets.UTF_8);
      System.out.print(lines);
      assertThat(check.exitValue()).as(lines).isZero();
      assertThat(lines).contains("holds", "caught");
    } finally {
      check.descendants().forEach(ProcessHandle::destroyForcibly);
      check.destroyForcibly();
    }
  }

  private static boolean isInstalled(String program) {
    try (Stream<String> folders =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))) {
      return folders.anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
  }
}
