package io.skywire.embedded;

import io.skywire.embedded.process.ChildCommand;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A main class in a JVM of its own on the test's class path, to be killed without warning. */
public final class SeparateJvm implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;

  private SeparateJvm(Process process) {
    this.process = process;
    this.output = process.inputReader(StandardCharsets.UTF_8);
  }

  public static SeparateJvm run(Class<?> main, String... arguments) throws IOException {
    ChildCommand command =
        ChildCommand.java(
            main.getSimpleName(),
            main.getName(),
            List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
            List.of(arguments),
            Map.of(),
            Path.of("/dev/null"));
    return new SeparateJvm(
        new ProcessBuilder(command.words())
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .start());
  }

  /** Reads on until the line, or fails with all that was printed when the JVM ends without it. */
  public void awaitLine(String line) throws IOException {
    StringBuilder seen = new StringBuilder();
    String next;
    while ((next = output.readLine()) != null) {
      if (next.equals(line)) {
        return;
      }
      seen.append(next).append('\n');
    }
    throw new AssertionError("no line '" + line + "' in:\n" + seen);
  }

  /** SIGKILL. */
  public void kill() {
    process.destroyForcibly();
    process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    kill();
  }
}
