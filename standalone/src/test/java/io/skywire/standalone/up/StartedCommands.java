package io.skywire.standalone.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.embedded.FreePort;
import io.skywire.embedded.process.ChildCommand;
import io.skywire.embedded.process.ChildProcess;
import io.skywire.standalone.Skywire;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Commands on one data folder, each a process of its own with its log beside the folder. What still
 * runs ends with {@link #close}. One thread.
 */
final class StartedCommands implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofMinutes(2);
  static final Duration STOP_MAX = Duration.ofSeconds(20);

  private static final String TOKEN = "token      ";

  private final Path temporary;
  private final int port = FreePort.any();
  private final List<ChildProcess> children = new ArrayList<>();
  private int runs;

  /**
   * @param temporary where data folder and logs go
   */
  StartedCommands(Path temporary) {
    this.temporary = temporary;
  }

  ChildProcess up(String... options) {
    return up(Map.of(), options);
  }

  ChildProcess up(Map<String, String> variables, String... options) {
    List<String> arguments = new ArrayList<>(List.of("up"));
    arguments.addAll(List.of(options));
    return start("up", variables, arguments.toArray(String[]::new));
  }

  /** A command that finds the running one by its folder. */
  ChildProcess beside(String... arguments) {
    return start("command", Map.of(), arguments);
  }

  ChildProcess start(String name, Map<String, String> variables, String... arguments) {
    Map<String, String> environment = new HashMap<>(variables);
    environment.putIfAbsent("SKYWIRE_DATA", folder().toString());
    environment.put("PORT", Integer.toString(port));
    ChildProcess child =
        ChildProcess.start(
            ChildCommand.java(
                name,
                Skywire.class.getName(),
                List.of("-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                List.of(arguments),
                environment,
                temporary.resolve(name + "-" + runs++ + ".log")));
    children.add(child);
    return child;
  }

  Path folder() {
    return temporary.resolve("data");
  }

  URI api() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** What it prints once it is ready. */
  static String token(ChildProcess up) throws InterruptedException {
    await(() -> log(up).lines().anyMatch(line -> line.startsWith(TOKEN)));
    return log(up)
        .lines()
        .filter(line -> line.startsWith(TOKEN))
        .map(line -> line.substring(TOKEN.length()).strip())
        .findFirst()
        .orElseThrow();
  }

  static String log(ChildProcess process) {
    return text(process.command().log());
  }

  static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException failed) {
      throw new AssertionError(failed);
    }
  }

  static void await(BooleanSupplier sign) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!sign.getAsBoolean()) {
      assertThat(System.nanoTime()).as("it comes within " + PATIENCE).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  @Override
  public void close() {
    // What was started beside an `up` needs its servers to end in order.
    for (ChildProcess child : children.reversed()) {
      if (child.isAlive()) {
        child.terminate();
        child.awaitExit(STOP_MAX);
      }
    }
  }
}
