package io.skywire.standalone.chaos;

import io.skywire.embedded.process.ChildCommand;
import io.skywire.embedded.process.ChildProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One of Skywire's own processes, as the launcher would start it; of two releases, each has two
 * starts and then the other, so that it is upgraded and goes back time and again. Any thread may
 * call it.
 */
final class SkywireProcess implements Victim {
  private static final Duration STOP_MAX = Duration.ofSeconds(60);
  private static final int LOG_LINES = 3;

  /** 128 and SIGTERM, before anybody listens to signals. */
  private static final int TERMINATED = 143;

  private final Role role;

  /** In the opening one start is killed, and the older release is to make topics and tables. */
  private static final int STARTS_EACH = 2;

  private final List<ChildCommand> releases;
  private int starts;
  private @Nullable ChildProcess process;
  private String ended = "";

  /**
   * @param releases the same process of each, in their turns; all have one name and one log
   */
  SkywireProcess(Role role, List<ChildCommand> releases) {
    this.role = role;
    this.releases = List.copyOf(releases);
  }

  @Override
  public Role role() {
    return role;
  }

  @Override
  public String name() {
    return releases.getFirst().name();
  }

  @Override
  public synchronized void start() {
    if (process == null) {
      process = ChildProcess.start(releases.get(starts++ / STARTS_EACH % releases.size()));
    }
  }

  /** Ends it in good order and starts it by that one of its releases. */
  synchronized void moveTo(int release) {
    stop();
    starts = release * STARTS_EACH;
    start();
  }

  @Override
  public synchronized boolean kill() {
    if (process == null) {
      return false;
    }
    lookWhetherItHasEnded();
    process.kill();
    process = null;
    return true;
  }

  /** A process that is told to end while it starts may say that it could not start. */
  private static boolean isOrderly(int status) {
    return status == 0 || status == 1 || status == TERMINATED;
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
  public synchronized void stop() {
    if (process == null) {
      return;
    }
    lookWhetherItHasEnded();
    process.terminate();
    try {
      int status = process.awaitExit(STOP_MAX);
      if (!isOrderly(status)) {
        tellEnd(status);
      }
    } finally {
      process.kill();
      process = null;
    }
  }

  @Override
  public synchronized String endedByItself() {
    lookWhetherItHasEnded();
    return ended;
  }

  private void lookWhetherItHasEnded() {
    if (process != null && !process.isAlive()) {
      tellEnd(process.awaitExit(STOP_MAX));
    }
  }

  private void tellEnd(int status) {
    if (ended.isEmpty()) {
      ended = "%s with status %d: %s".formatted(name(), status, endOfLog());
    }
  }

  private String endOfLog() {
    try {
      // A kill may tear the last character.
      List<String> log =
          new String(Files.readAllBytes(releases.getFirst().log()), StandardCharsets.UTF_8)
              .lines()
              .toList();
      return String.join(" / ", log.subList(Math.max(0, log.size() - LOG_LINES), log.size()));
    } catch (IOException unreadable) {
      return unreadable.toString();
    }
  }
}
