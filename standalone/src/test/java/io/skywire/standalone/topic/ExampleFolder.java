package io.skywire.standalone.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.embedded.process.ChildCommand;
import io.skywire.embedded.process.ChildProcess;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/**
 * A copy of the examples beside the packages that they need, laid out as the sources are, so that
 * the README's commands run in it.
 */
final class ExampleFolder {
  private static final Path SOURCE = Path.of("..", "examples", "topic");

  /** Kept: packages are fetched once. */
  private static final Path HOME = Path.of("target", "topic-examples").toAbsolutePath();

  private static final Path COPY = HOME.resolve("examples").resolve("topic");
  private static final Path PYTHON_PACKAGES = HOME.resolve("python");

  private ExampleFolder() {}

  /**
   * Copies the example and fetches what it needs; skips the test where that cannot be had. Several
   * may be prepared at the same time.
   */
  static void prepare(Example example) throws IOException, InterruptedException {
    Files.createDirectories(COPY);
    copy(example.file());
    switch (example) {
      case JAVA -> linkLibraries();
      case PYTHON -> {
        Packages.requirePython();
        assertThat(example.needs()).contains("pip install -r examples/topic/requirements.txt");
        Packages.pip(SOURCE.resolve("requirements.txt"), PYTHON_PACKAGES, HOME);
      }
      case NODE -> {
        Packages.require("node", "node", "--version");
        assertThat(example.needs()).contains("npm install --prefix examples/topic");
        copy("package.json");
        Packages.npm(SOURCE.resolve("package.json"), COPY, HOME);
      }
      case KCAT -> Packages.require("kcat", "kcat", "-V");
    }
  }

  private static void copy(String file) throws IOException {
    Files.copy(
        SOURCE.resolve(file),
        COPY.resolve(file),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.COPY_ATTRIBUTES);
  }

  /** Where every build has them, and the README's class path looks for them. */
  private static void linkLibraries() throws IOException {
    Path link = HOME.resolve("standalone").resolve("target").resolve("lib");
    Files.createDirectories(link.getParent());
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, Path.of("target", "lib").toAbsolutePath());
    assertThat(link).isNotEmptyDirectory();
  }

  /** Runs the README's command with these arguments, its two outputs apart and in UTF-8. */
  static ChildProcess start(Example example, String arguments, Path log, Path errors)
      throws IOException {
    String shell =
        "cd '%s' && exec %s %s 2>>'%s'".formatted(HOME, example.command(), arguments, errors);
    String path =
        Path.of(System.getProperty("java.home"), "bin")
            + File.pathSeparator
            + System.getenv("PATH");
    return ChildProcess.start(
        new ChildCommand(
            example.toString(),
            List.of("sh", "-c", shell),
            Map.of("PATH", path, "LC_ALL", "C.UTF-8", "PYTHONPATH", PYTHON_PACKAGES.toString()),
            log));
  }
}
