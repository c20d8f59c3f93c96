package io.skywire.embedded.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The postmaster that a data folder names in its {@code postmaster.pid}. A pid alone proves
 * nothing, since after a crash or a reboot it may belong to anybody: it counts when it is a
 * postgres that works in this very folder.
 */
final class Postmaster {
  private static final Duration KILL_MAX = Duration.ofSeconds(10);

  private final Path data;

  Postmaster(Path data) {
    this.data = data;
  }

  /** The running postmaster of the folder, whoever started it. */
  Optional<ProcessHandle> find() throws IOException {
    Optional<Long> pid = pid();
    if (pid.isEmpty()) {
      return Optional.empty();
    }
    return ProcessHandle.of(pid.get()).filter(ProcessHandle::isAlive).filter(this::isOurs);
  }

  /** Ends it and its backends, which by themselves would notice its death only after a while. */
  void kill() throws IOException {
    Optional<ProcessHandle> postmaster = find();
    if (postmaster.isEmpty()) {
      return;
    }
    List<ProcessHandle> all =
        Stream.concat(postmaster.stream(), postmaster.get().descendants()).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    CompletableFuture<?>[] ends =
        all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
    CompletableFuture.allOf(ends)
        .completeOnTimeout(null, KILL_MAX.toSeconds(), TimeUnit.SECONDS)
        .join();
  }

  /** Removes a {@code postmaster.pid} that names somebody else's process, or none. */
  void forgetStale() throws IOException {
    if (find().isEmpty()) {
      Files.deleteIfExists(pidFile());
    }
  }

  private Optional<Long> pid() throws IOException {
    try {
      List<String> lines = Files.readAllLines(pidFile());
      return lines.isEmpty() ? Optional.empty() : Optional.of(Long.parseLong(lines.get(0).strip()));
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    } catch (NumberFormatException torn) {
      return Optional.empty();
    }
  }

  private boolean isOurs(ProcessHandle process) {
    String command = process.info().command().orElse("");
    if (!command.isEmpty() && !command.endsWith("/postgres")) {
      return false;
    }
    Path proc = Path.of("/proc", Long.toString(process.pid()));
    try {
      // A postmaster works in its data folder.
      return Files.isSameFile(proc.resolve("cwd"), data);
    } catch (IOException noSuchView) {
      // Another system than Linux, or a process of another user: its command line names the folder.
      return process.info().commandLine().orElse("").contains(data.toString());
    }
  }

  private Path pidFile() {
    return data.resolve("postmaster.pid");
  }
}
