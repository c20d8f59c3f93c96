package io.skywire.standalone.operating;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Prometheus's own checker, where it is installed; elsewhere the test is skipped, saying so. */
final class Promtool {
  private static final long SECONDS_MAX = 120;

  private Promtool() {}

  static void assertThatItAccepts(Path input, String... arguments) throws Exception {
    Assumptions.assumeTrue(isInstalled("promtool"), "skipped: promtool is not installed");
    Path output = Files.createTempFile("promtool", ".log");
    List<String> command = new ArrayList<>(List.of("promtool"));
    command.addAll(List.of(arguments));
    Process promtool =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(input.toFile())
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(promtool.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).as("it ends").isTrue();
      assertThat(promtool.exitValue())
          .as(Files.readString(output, StandardCharsets.UTF_8))
          .isZero();
    } finally {
      promtool.destroyForcibly();
      Files.delete(output);
    }
  }

  static boolean isInstalled(String program) {
    try (Stream<String> folders =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))) {
      return folders.anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
  }
}
