package io.skywire.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Programs on the JVM, with what they need from Maven: a folder below {@code benchmarks/peers} with
 * a {@code pom.xml}, whose dependencies are fetched once, outside the sources. One thread.
 */
public final class MavenPeers {
  private static final String COPY =
      "org.apache.maven.plugins:maven-dependency-plugin:3.10.0:copy-dependencies";
  private static final int FETCH_SECONDS_MAX = 300;

  private MavenPeers() {}

  /**
   * Fetches what is not there.
   *
   * @return a class path
   * @throws IOException when the registry cannot be reached or lacks something; the message says so
   */
  public static String classPath(Workbench workbench, String name)
      throws IOException, InterruptedException {
    Path pom = workbench.home().resolve("benchmarks/peers").resolve(name).resolve("pom.xml");
    Path target = workbench.home().resolve("benchmarks/target/peers").resolve(name);
    Path complete = target.resolve("pom.xml");
    // Written last: what a fetch that was cut short has left counts for nothing.
    if (!Files.exists(complete) || Files.mismatch(pom, complete) >= 0) {
      workbench.screen().line("  fetching jars for peers/" + name + " ...");
      clear(target);
      fetch(workbench.home(), pom, target);
      Files.copy(pom, complete);
    }
    return target + "/*";
  }

  private static void clear(Path target) throws IOException {
    Files.createDirectories(target);
    try (var files = Files.walk(target)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        if (!file.equals(target)) {
          Files.delete(file);
        }
      }
    }
  }

  private static void fetch(Path home, Path pom, Path target)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("skywire-peer-", ".log");
    try {
      Process maven =
          new ProcessBuilder(
                  List.of(
                      home.resolve("mvnw").toString(),
                      "-q",
                      "-B",
                      "-ntp",
                      "-f",
                      pom.toString(),
                      COPY,
                      "-DincludeScope=runtime",
                      "-DoutputDirectory=" + target))
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      try {
        if (!maven.waitFor(FETCH_SECONDS_MAX, TimeUnit.SECONDS)) {
          throw new IOException("Maven has not ended within " + FETCH_SECONDS_MAX + " s");
        }
      } finally {
        maven.destroyForcibly();
      }
      if (maven.exitValue() != 0) {
        throw new IOException("Maven cannot fetch " + pom + ": " + firstError(output));
      }
    } finally {
      Files.deleteIfExists(output);
    }
  }

  private static String firstError(Path output) throws IOException {
    try (var lines = Files.lines(output, StandardCharsets.UTF_8)) {
      return lines.filter(line -> line.contains("ERROR")).findFirst().orElse("no word why");
    }
  }
}
