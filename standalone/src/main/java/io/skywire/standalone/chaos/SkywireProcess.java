package io.skywire.standalone.chaos;

import io.skywire.embedded.process.ChildCommand;
import io.skywire.embedded.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One of Skywire's own processes, as the launcher would start it. Any thread may call it. */
final class SkywireProcess implements Victim {
  private static final Duration STOP_MAX = Duration.ofSeconds(60);
  private static final int LOG_LINES = 3;

  private final Role role;
  private final ChildCommand command;
  private @Nullable ChildProcess process;

  SkywireProcess(Role role, ChildCommand command) {
    this.role = role;
    this.command = command;
  }

  @Override
  public Role role() {
    return role;
  }

  @Override
  public String name() {
    return command.name();
  }

  @Override
  public synchronized void start() {
    if (process == null) {
      process = ChildProcess.start(command);
    }
  }

  @Override
  public synchronized void kill() {
    if (process != null) {
      process.kill();
      process = null;
    }
  }

  @Override
  public synchronized void pause() {
    if (process != null) {
      process.pause();
    }
  }

  @Override
  public synchronized void resume() {
    if (process != null) {
      process.resume();
    }
  }

  @Override
  public void stop() {
    stop(STOP_MAX);
  }

  synchronized void stop(Duration max) {
    if (process != null) {
      process.terminate();
      try {
        process.awaitExit(max);
      } finally {
        kill();
      }
    }
  }

  @Override
  public synchronized String endedByItself() throws IOException {
    if (process == null || process.isAlive()) {
      return "";
    }
    List<String> log = Files.readAllLines(command.log());
    return "%s with status %d: %s"
        .formatted(
            name(),
            process.awaitExit(STOP_MAX),
            String.join(" / ", log.subList(Math.max(0, log.size() - LOG_LINES), log.size())));
  }
}
