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
  private String ended = "";

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
  public synchronized boolean kill() throws IOException {
    if (process == null) {
      return false;
    }
    lookWhetherItHasEnded();
    process.kill();
    process = null;
    return true;
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
  public synchronized void stop() throws IOException {
    if (process == null) {
      return;
    }
    lookWhetherItHasEnded();
    process.terminate();
    try {
      int status = process.awaitExit(STOP_MAX);
      if (status != 0) {
        tellEnd(status);
      }
    } finally {
      process.kill();
      process = null;
    }
  }

  @Override
  public synchronized String endedByItself() throws IOException {
    lookWhetherItHasEnded();
    return ended;
  }

  private void lookWhetherItHasEnded() throws IOException {
    if (process != null && !process.isAlive()) {
      tellEnd(process.awaitExit(STOP_MAX));
    }
  }

  private void tellEnd(int status) throws IOException {
    if (ended.isEmpty()) {
      List<String> log = Files.readAllLines(command.log());
      ended =
          "%s with status %d: %s"
              .formatted(
                  name(),
                  status,
                  String.join(" / ", log.subList(Math.max(0, log.size() - LOG_LINES), log.size())));
    }
  }
}
