package io.skywire.standalone.processes;

import io.skywire.embedded.network.Hold;
import io.skywire.embedded.network.TcpProxy;
import io.skywire.embedded.process.ChildCommand;
import io.skywire.embedded.process.ChildProcess;
import io.skywire.standalone.Skywire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An ingester or a sink in a process of its own, started by its command under a stable name, whose
 * requests to one server pass by proxies. One thread.
 */
final class Worker implements AutoCloseable {
  private static final List<String> FLAGS =
      List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
  private static final Duration STOP_MAX = Duration.ofSeconds(15);

  private final ChildCommand command;
  private final List<TcpProxy> proxies;
  private @Nullable ChildProcess process;

  /**
   * @param name is also its {@code SKYWIRE_INSTANCE}
   * @param proxies on its way to the server whose requests a test holds
   */
  Worker(
      String command,
      String name,
      Map<String, String> variables,
      List<TcpProxy> proxies,
      Path folder) {
    this.command =
        ChildCommand.java(
            name,
            Skywire.class.getName(),
            FLAGS,
            List.of(command),
            variables,
            folder.resolve(name + ".log"));
    this.proxies = List.copyOf(proxies);
  }

  String name() {
    return command.name();
  }

  void start() {
    process = ChildProcess.start(command);
  }

  void kill() {
    process().kill();
  }

  void pause() {
    process().pause();
  }

  void resume() {
    process().resume();
  }

  /** Ends it in order; answers its exit status. */
  int stop() {
    process().terminate();
    return process().awaitExit(STOP_MAX);
  }

  boolean isAlive() {
    return process().isAlive();
  }

  /** Stops the connection on which such a request comes by next; one hold for each proxy. */
  List<Hold> hold(Predicate<String> request) {
    return proxies.stream().map(proxy -> proxy.hold(Hold.Side.REQUEST, request, 1)).toList();
  }

  /** What it has logged so far. */
  String log() throws IOException {
    return Files.exists(command.log()) ? Files.readString(command.log()) : "";
  }

  @Override
  public void close() {
    if (process != null) {
      process.close();
    }
    proxies.forEach(TcpProxy::close);
  }

  private ChildProcess process() {
    return Objects.requireNonNull(process, "not started");
  }
}
