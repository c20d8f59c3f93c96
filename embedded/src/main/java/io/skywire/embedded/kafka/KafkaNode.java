package io.skywire.embedded.kafka;

import io.skywire.embedded.EmbeddedServerException;
import io.skywire.embedded.process.ChildCommand;
import io.skywire.embedded.process.ChildProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One broker of a {@link KafkaCluster}, in a process of its own, that may be killed, stopped and
 * started again on its data at any time. Any thread may call it.
 */
public final class KafkaNode {
  private static final Duration STOP_MAX = Duration.ofSeconds(15);
  private static final Duration LOOK_AGAIN_AFTER = Duration.ofMillis(20);
  private static final int CONNECT_MILLIS_MAX = 1_000;

  private final int id;
  private final List<BrokerSettings.Listener> listeners;
  private final ChildCommand command;
  private @Nullable ChildProcess process;

  KafkaNode(int id, List<BrokerSettings.Listener> listeners, ChildCommand command) {
    this.id = id;
    this.listeners = List.copyOf(listeners);
    this.command = command;
  }

  public int id() {
    return id;
  }

  /** Receives what it says, appended by each start. */
  public Path log() {
    return command.log();
  }

  /** The port that the broker itself listens on for those who come by this name. */
  public int port(String listener) {
    return find(listener).port();
  }

  /** The port to which it sends its clients. */
  public int advertisedPort(String listener) {
    return find(listener).advertisedPort();
  }

  public synchronized boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** Starts it, unless it runs; {@link #awaitReady} tells when it answers. */
  public synchronized void start() {
    if (!isAlive()) {
      process = ChildProcess.start(command);
    }
  }

  /**
   * Waits until it accepts clients.
   *
   * @throws EmbeddedServerException when it ends, or does not within {@code max}
   */
  public void awaitReady(Duration max) throws InterruptedException {
    long deadline = System.nanoTime() + max.toNanos();
    while (!accepts()) {
      if (!isAlive()) {
        throw new EmbeddedServerException("Kafka node " + id + " has ended; see " + command.log());
      }
      if (System.nanoTime() > deadline) {
        throw new EmbeddedServerException(
            "Kafka node " + id + " accepts nobody within " + max + "; see " + command.log());
      }
      Thread.sleep(LOOK_AGAIN_AFTER);
    }
  }

  /** SIGKILL; what it has acknowledged is there at the next start. */
  public synchronized void kill() {
    if (process != null) {
      process.kill();
    }
  }

  /** SIGSTOP. */
  public synchronized void pause() {
    if (process != null) {
      process.pause();
    }
  }

  /** SIGCONT. */
  public synchronized void resume() {
    if (process != null) {
      process.resume();
    }
  }

  /** Ends it in order, or by force when that takes too long. */
  public void stop() {
    stop(STOP_MAX);
  }

  /** Ends it in order, or by force after {@code max}. */
  public synchronized void stop(Duration max) {
    if (process == null) {
      return;
    }
    process.resume();
    process.terminate();
    try {
      process.awaitExit(max);
    } catch (EmbeddedServerException tooLong) {
      process.kill();
    }
  }

  private boolean accepts() {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), listeners.getFirst().port()),
          CONNECT_MILLIS_MAX);
      return true;
    } catch (IOException refused) {
      return false;
    }
  }

  private BrokerSettings.Listener find(String name) {
    return listeners.stream()
        .filter(listener -> listener.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no listener " + name));
  }
}
