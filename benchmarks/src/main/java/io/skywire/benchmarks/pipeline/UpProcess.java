package io.skywire.benchmarks.pipeline;

import io.skywire.embedded.EmbeddedServerException;
import io.skywire.embedded.FreePort;
import io.skywire.embedded.TemporaryFolder;
import io.skywire.embedded.postgres.EmbeddedPostgresServer;
import io.skywire.embedded.process.ChildCommand;
import io.skywire.embedded.process.ChildProcess;
import io.skywire.standalone.folder.DataFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code ./skywire up --demo} by the launcher itself, in a folder that goes with it. One thread.
 */
final class UpProcess implements AutoCloseable {
  private static final String BUILT = "SKYWIRE_BUILT";
  private static final Pattern TOKEN = Pattern.compile("(?m)^token +(\\S+)$");
  private static final Duration START_MAX = Duration.ofMinutes(3);
  private static final Duration STOP_MAX = Duration.ofSeconds(60);
  private static final long LOOK_AGAIN_MILLIS = 5;

  private final Path folder;
  private final DataFolder data;
  private final int port;
  private final ChildProcess process;

  private UpProcess(Path folder, DataFolder data, int port, ChildProcess process) {
    this.folder = folder;
    this.data = data;
    this.port = port;
    this.process = process;
  }

  /**
   * @param folder new; deleted at the end
   */
  static UpProcess start(Path home, Path folder) {
    DataFolder data = new DataFolder(folder.resolve("data"));
    int port = FreePort.lasting();
    Map<String, String> environment = new HashMap<>(environment());
    environment.put("SKYWIRE_DATA", data.path().toString());
    environment.put("SKYWIRE_BIND", "127.0.0.1");
    environment.put("PORT", Integer.toString(port));
    ChildProcess process =
        ChildProcess.start(
            new ChildCommand(
                "./skywire up",
                List.of(home.resolve("skywire").toString(), "up", "--demo"),
                environment,
                folder.resolve("output.log")));
    return new UpProcess(folder, data, port, process);
  }

  /** The launcher is to find the JVM that this one is, and knows what is built if this one did. */
  static Map<String, String> environment() {
    return Map.of(
        "JAVA_HOME",
        System.getProperty("java.home"),
        BUILT,
        System.getenv().getOrDefault(BUILT, ""));
  }

  void awaitFirstEvent() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START_MAX.toNanos();
    String token = null;
    while (token == null) {
      pauseUntil(deadline, "it has printed no token");
      Matcher printed = TOKEN.matcher(Files.readString(process.command().log()));
      token = printed.find() ? printed.group(1) : null;
    }
    try (EventsApi api = new EventsApi(port, token)) {
      while (api.page(0, 1).count() == 0) {
        pauseUntil(deadline, "it shows no event");
      }
    }
  }

  /** In order, as by Ctrl-C, and by force if need be. */
  @Override
  public void close() {
    process.terminate();
    try {
      process.awaitExit(STOP_MAX);
    } catch (EmbeddedServerException tooLong) {
      process.kill();
    }
    try {
      EmbeddedPostgresServer.killLeftBehind(data.postgres());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    TemporaryFolder.delete(folder);
  }

  private void pauseUntil(long deadline, String what) throws InterruptedException {
    if (!process.isAlive() || System.nanoTime() > deadline) {
      throw new IllegalStateException(
          "./skywire up: %s: %s".formatted(what, Programs.end(process.command().log())));
    }
    Thread.sleep(LOOK_AGAIN_MILLIS);
  }
}
