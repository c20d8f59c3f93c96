package io.skywire.benchmarks.pipeline;

import io.skywire.benchmarks.LauncherFlags;
import io.skywire.benchmarks.Workbench;
import io.skywire.embedded.process.ChildCommand;
import io.skywire.embedded.process.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Programs that run to their end and print what they have found. */
final class Programs {
  private static final int LINES_OF_END = 3;

  private Programs() {}

  /** A main class of ours, with the ingester's flags, that logs nothing but errors. */
  static ChildCommand java(
      Workbench workbench, String name, Class<?> main, List<String> arguments, Path folder) {
    List<String> flags = new ArrayList<>(workbench.jvm(LauncherFlags.INGESTER_AND_SINK));
    flags.add("-Dlogback.configurationFile=logback-quiet.xml");
    return ChildCommand.java(
        name, main.getName(), flags, arguments, Map.of(), folder.resolve(name + ".log"));
  }

  /**
   * @return all that it has printed
   * @throws IllegalStateException when it fails
   */
  static String run(ChildCommand command, Duration max) throws IOException {
    try (ChildProcess process = ChildProcess.start(command)) {
      int status = process.awaitExit(max);
      if (status != 0) {
        throw new IllegalStateException(
            "%s ended with %d: %s".formatted(command.name(), status, end(command.log())));
      }
      return Files.readString(command.log());
    }
  }

  /** The last lines of a log. */
  static String end(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join(
          " / ", lines.subList(Math.max(0, lines.size() - LINES_OF_END), lines.size()));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
