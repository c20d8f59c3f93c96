package io.skywire.standalone.topic;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * Packages of npm and PyPI that tests run with, in the versions that a list in the sources names.
 * They are fetched once, and again when the list has changed. Where they are not to be had the test
 * is skipped, saying why.
 */
public final class Packages {
  private static final Duration FETCH_MAX = Duration.ofSeconds(90);
  private static final int REASON_LENGTH_MAX = 200;

  private Packages() {}

  /**
   * @param list a {@code package.json}
   * @param packages the folder that has a copy of it, and gets {@code node_modules}
   * @param folder where it is kept that they are there
   */
  static void npm(Path list, Path packages, Path folder) throws IOException, InterruptedException {
    fetch(
        "npm",
        List.of("npm", "--version"),
        list,
        folder,
        List.of(
            "npm",
            "install",
            "--prefix=" + packages.toAbsolutePath(),
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--no-package-lock",
            "--fetch-retries=1"));
  }

  /**
   * @param list a {@code requirements.txt}
   * @param packages the folder that gets them
   * @param folder where it is kept that they are there
   */
  public static void pip(Path list, Path packages, Path folder)
      throws IOException, InterruptedException {
    fetch(
        "pip3",
        List.of("python3", "-m", "pip", "--version"),
        list,
        folder,
        List.of(
            "python3",
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            "--no-input",
            // Where there is no wheel, no compiler is to be looked for.
            "--only-binary=:all:",
            "--retries=1",
            "--upgrade",
            "--target=" + packages.toAbsolutePath(),
            "--requirement=" + list.toAbsolutePath()));
  }

  /**
   * @param program that fetches them
   * @param check what it can be asked without doing anything
   * @param list names them
   * @param folder where the command runs, and where it is kept that it has
   */
  private static void fetch(
      String program, List<String> check, Path list, Path folder, List<String> command)
      throws IOException, InterruptedException {
    Path fetched = folder.resolve(list.getFileName() + ".fetched");
    if (Files.exists(fetched) && Files.mismatch(fetched, list) < 0) {
      return;
    }
    require(program, check.toArray(new String[0]));
    Files.deleteIfExists(fetched);
    Outcome outcome = run(folder, command);
    if (outcome.status() != 0) {
      Assumptions.abort(
          "skipped: no packages of %s: %s".formatted(list.getFileName(), outcome.reason()));
    }
    // Written last: what it says is there is there.
    Files.copy(list, fetched, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Skips the test where there is none that reads times that end in Z, as it does from 3.11 on. */
  public static void requirePython() throws InterruptedException {
    require(
        "python3 of 3.11 or later",
        "python3",
        "-c",
        "import sys; sys.exit(sys.version_info < (3, 11))");
  }

  /**
   * Skips the test where the machine has no such program.
   *
   * @param check what the program can be asked without doing anything
   */
  static void require(String program, String... check) throws InterruptedException {
    try {
      if (run(Path.of("."), List.of(check)).status() == 0) {
        return;
      }
    } catch (IOException absent) {
      // As below.
    }
    Assumptions.abort("skipped: there is no " + program);
  }

  private record Outcome(int status, String output) {
    /** In one line. */
    String reason() {
      String line = output.strip().replaceAll("\\s+", " ");
      return line.substring(0, Math.min(line.length(), REASON_LENGTH_MAX));
    }
  }

  /** With the whole environment, which says where the packages come from. */
  private static Outcome run(Path folder, List<String> command)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("skywire-packages-", ".log");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      if (!process.waitFor(FETCH_MAX.toSeconds(), TimeUnit.SECONDS)) {
        return new Outcome(1, "not within " + FETCH_MAX.toSeconds() + " s");
      }
      return new Outcome(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      Files.delete(output);
    }
  }
}
