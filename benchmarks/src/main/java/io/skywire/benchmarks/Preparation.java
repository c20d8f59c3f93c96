package io.skywire.benchmarks;

import io.skywire.embedded.TemporaryFolder;
import io.skywire.embedded.process.Leash;
import io.skywire.standalone.up.Screen;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Fetches what stages need of others, before any of them begins: nothing is fetched while something
 * is measured. What is there is not fetched again. What is not to be had is told, and those who
 * need it take no part. All together are bounded in time. One thread, and one more for each
 * registry while it fetches.
 */
public final class Preparation {
  private static final String COPY_DEPENDENCIES =
      "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";
  private static final Duration FETCH_MAX = Duration.ofMinutes(5);
  private static final int REASON_LENGTH_MAX = 300;

  private final Path home;
  private final Screen screen;
  private final long deadline = System.nanoTime() + FETCH_MAX.toNanos();

  /** By the packages: why they are not to be had; empty when they are there. */
  private final Map<Packages, String> outcomes = new LinkedHashMap<>();

  private Preparation(Path home, Screen screen) {
    this.home = home;
    this.screen = screen;
  }

  static Preparation fetch(Path home, Screen screen, Collection<Packages> wanted)
      throws InterruptedException {
    Preparation preparation = new Preparation(home, screen);
    if (wanted.isEmpty()) {
      return preparation;
    }
    screen.line(
        "packages of peers, which are fetched once, within %d s: %s"
            .formatted(
                FETCH_MAX.toSeconds(),
                wanted.stream().map(Packages::toString).collect(Collectors.joining(", "))));
    wanted.forEach(packages -> preparation.tell(packages, "not fetched"));
    List<Thread> registries =
        wanted.stream()
            .map(Packages::registry)
            .distinct()
            .map(registry ->
                Thread.ofVirtual()
                    .name("fetch-" + registry)
                    .start(() ->
                        wanted.stream()
                            .filter(packages -> packages.registry() == registry)
                            .forEach(preparation::fetchAndTell)))
            .toList();
    try {
      for (Thread registry : registries) {
        registry.join();
      }
    } finally {
      registries.forEach(Thread::interrupt);
    }
    return preparation;
  }

  /**
   * Where they are.
   *
   * @throws IOException when they are not to be had; the message says why
   */
  public Path folder(Packages packages) throws IOException {
    String failure = outcome(packages);
    if (failure == null) {
      throw new IllegalArgumentException(packages + " are not among those of the stage");
    }
    if (!failure.isEmpty()) {
      throw new IOException(failure);
    }
    return packages.folder(home);
  }

  private synchronized @Nullable String outcome(Packages packages) {
    return outcomes.get(packages);
  }

  private synchronized void tell(Packages packages, String outcome) {
    outcomes.put(packages, outcome);
  }

  private void fetchAndTell(Packages packages) {
    long begun = System.nanoTime();
    try {
      if (fetchWhatIsNotThere(packages)) {
        screen.line(
            "  %s: fetched in %d s"
                .formatted(packages, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun)));
      }
      tell(packages, "");
    } catch (IOException notToBeHad) {
      String why = String.valueOf(notToBeHad.getMessage()).strip();
      why = why.substring(0, Math.min(why.length(), REASON_LENGTH_MAX));
      tell(packages, packages + " are not to be had: " + why);
      screen.line("  " + packages + " are not to be had: " + why);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      tell(packages, packages + " are not to be had: interrupted");
    }
  }

  private boolean fetchWhatIsNotThere(Packages packages) throws IOException, InterruptedException {
    Path folder = Files.createDirectories(packages.folder(home));
    if (packages.registry() == Packages.Registry.NPM) {
      copyScripts(packages.source(home), folder);
    }
    Path list = packages.list(home);
    Path fetched = packages.fetched(home);
    if (Files.exists(fetched) && Files.mismatch(fetched, list) < 0) {
      return false;
    }
    Files.deleteIfExists(fetched);
    switch (packages.registry()) {
      case NPM ->
          run(folder, List.of("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"));
      case MAVEN -> {
        // Another version's jars would stay beside the new ones.
        TemporaryFolder.delete(folder);
        Files.createDirectories(folder);
        run(
            home,
            List.of(
                home.resolve("mvnw").toString(),
                "-q",
                "-B",
                "-ntp",
                "-f",
                list.toString(),
                COPY_DEPENDENCIES,
                "-DincludeScope=runtime",
                "-DoutputDirectory=" + folder));
      }
    }
    // Written last: what it says is there is there.
    Files.copy(list, fetched, StandardCopyOption.REPLACE_EXISTING);
    return true;
  }

  /** Node looks for packages beside the script, or above it. */
  private static void copyScripts(Path source, Path folder) throws IOException {
    try (var files = Files.list(source)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private void run(Path folder, List<String> words) throws IOException, InterruptedException {
    Path output = Files.createTempFile("skywire-fetch-", ".log");
    try {
      Process process =
          new ProcessBuilder(words)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      try {
        Leash.hold(process.pid());
        if (!process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          throw new IOException(
              "%s has not ended within the %d s"
                  .formatted(words.getFirst(), FETCH_MAX.toSeconds()));
        }
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        Leash.release(process.pid());
      }
      if (process.exitValue() != 0) {
        throw new IOException(
            "%s ended with %d: %s"
                .formatted(
                    words.getFirst(),
                    process.exitValue(),
                    Files.readString(output, StandardCharsets.UTF_8).strip()));
      }
    } finally {
      Files.deleteIfExists(output);
    }
  }
}
