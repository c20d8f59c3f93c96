package io.skywire.embedded.postgres;

import io.skywire.embedded.EmbeddedServerException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs PostgreSQL's programs, each for a bounded time.
 *
 * @param folder with their {@code bin}
 */
record PostgresPrograms(Path folder, RunAs runAs) {
  private static final int OUTPUT_MAX = 4096;

  /** What a program said, at most {@link #OUTPUT_MAX} characters, and its exit status. */
  record Outcome(int status, String output) {
    boolean succeeded() {
      return status == 0;
    }
  }

  /**
   * @param log receives what the program and its children print, now and later
   * @throws EmbeddedServerException when it cannot be run or is not done in time
   */
  Outcome run(Path log, Duration max, String program, String... arguments) {
    List<String> command = new ArrayList<>(runAs.prefix());
    command.add(folder.resolve("bin").resolve(program).toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectErrorStream(true);
    // Not a pipe: it would stay open for as long as the server that pg_ctl leaves behind.
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    // A locale that this machine lacks, or a PGDATA of somebody's own, must not change anything.
    builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
    builder.environment().put("LC_ALL", "C");
    try {
      long before = Files.exists(log) ? Files.size(log) : 0;
      Process process = builder.start();
      if (!process.waitFor(max.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new EmbeddedServerException(
            "PostgreSQL's " + program + " was not done within " + max + "; see " + log);
      }
      return new Outcome(process.exitValue(), tail(log, before));
    } catch (IOException cannotRun) {
      throw new EmbeddedServerException(
          "cannot run PostgreSQL's " + program + ": " + cannotRun.getMessage(), cannotRun);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new EmbeddedServerException("interrupted while running PostgreSQL's " + program);
    }
  }

  private static String tail(Path log, long before) throws IOException {
    byte[] all = Files.readAllBytes(log);
    int from = (int) Math.max(Math.min(before, all.length), all.length - OUTPUT_MAX);
    return new String(all, from, all.length - from, StandardCharsets.UTF_8).strip();
  }
}
