package io.skywire.embedded.process;

import io.skywire.embedded.EmbeddedServerException;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One run of a {@link ChildCommand}: started by construction, ended by a signal, by itself, or with
 * this JVM. Any thread may call it.
 */
public final class ChildProcess implements AutoCloseable {
  /** What a killed process takes to be gone. */
  private static final Duration KILLED_MAX = Duration.ofSeconds(10);

  private static final Set<String> INHERITED =
      Set.of("PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH");

  private final ChildCommand command;
  private final Process process;

  private ChildProcess(ChildCommand command, Process process) {
    this.command = command;
    this.process = process;
  }

  /**
   * @throws EmbeddedServerException when the program cannot be run
   */
  public static ChildProcess start(ChildCommand command) {
    ProcessBuilder builder = new ProcessBuilder(command.words());
    Map<String, String> environment = builder.environment();
    environment.keySet().retainAll(INHERITED);
    environment.putAll(command.environment());
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(command.log().toFile()));
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    try {
      Process process = builder.start();
      Leash.hold(process.pid());
      process.onExit().thenRun(() -> Leash.release(process.pid()));
      return new ChildProcess(command, process);
    } catch (IOException cannotRun) {
      throw new EmbeddedServerException(
          "cannot start " + command.name() + ": " + cannotRun.getMessage(), cannotRun);
    }
  }

  public ChildCommand command() {
    return command;
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Its status, once it has ended: 128 and the signal's number when a signal ended it. */
  public CompletableFuture<Integer> exit() {
    return process.onExit().thenApply(Process::exitValue);
  }

  /** SIGKILL; it is gone when this returns. */
  public void kill() {
    process.destroyForcibly();
    awaitExit(KILLED_MAX);
  }

  /** SIGSTOP. */
  public void pause() {
    Signal.STOP.send(pid());
  }

  /** SIGCONT. */
  public void resume() {
    Signal.CONT.send(pid());
  }

  /** SIGTERM. */
  public void terminate() {
    process.destroy();
  }

  /**
   * Waits for its end.
   *
   * @return its exit status
   * @throws EmbeddedServerException when it still runs after {@code max}
   */
  public int awaitExit(Duration max) {
    try {
      return exit().get(max.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException running) {
      throw new EmbeddedServerException(
          command.name() + " has not ended within " + max + "; see " + command.log(), running);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new EmbeddedServerException("interrupted while " + command.name() + " was ending");
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** The same as {@link #kill}: what ends in order is asked to before. */
  @Override
  public void close() {
    kill();
  }
}
