package io.skywire.embedded.kafka;

import io.skywire.embedded.EmbeddedServerException;
import io.skywire.embedded.FreePort;
import io.skywire.embedded.TemporaryFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One real Kafka broker that is its own controller, in this JVM, reachable on the loopback
 * interface alone. The folder is formatted once and kept: topics, records and offsets are there
 * again at the next start, also after the JVM was killed. Every method may be called by any thread.
 * It never ends the JVM: a fatal fault shows in {@link #done}. It creates no topics and does not
 * survive the loss of power the way a replicated cluster does.
 */
public final class EmbeddedKafka implements AutoCloseable {
  /**
   * Folders of this JVM's brokers. Kafka's own lock would refuse a second one too, but only by a
   * fatal fault, which is told to every broker here.
   */
  private static final Set<Path> IN_USE = ConcurrentHashMap.newKeySet();

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedKafka.class);
  private static final Duration STOP_MAX = Duration.ofSeconds(15);

  private final KafkaRaftServer server;
  private final int port;
  private final BrokerFaults faults;
  private final Runnable cleanup;
  private boolean closed;

  private EmbeddedKafka(KafkaRaftServer server, int port, BrokerFaults faults, Runnable cleanup) {
    this.server = server;
    this.port = port;
    this.faults = faults;
    this.cleanup = cleanup;
  }

  /**
   * Starts the broker and returns when it answers.
   *
   * @param folder where everything is kept; made when absent
   * @param port of the broker, on 127.0.0.1
   * @throws EmbeddedServerException when it cannot start: the port is taken, another broker uses
   *     the folder, the disk is full
   */
  public static EmbeddedKafka start(Path folder, int port) {
    return start(folder, port, () -> {});
  }

  /** A broker on a free port whose folder goes when it is closed. */
  public static EmbeddedKafka startTemporary() {
    Path folder = TemporaryFolder.create("skywire-kafka-");
    try {
      return start(folder, FreePort.any(), () -> TemporaryFolder.delete(folder));
    } catch (EmbeddedServerException failed) {
      TemporaryFolder.delete(folder);
      throw failed;
    }
  }

  private static EmbeddedKafka start(Path folder, int port, Runnable cleanup) {
    if (!FreePort.isFree(port)) {
      throw new EmbeddedServerException(
          "the embedded Kafka cannot start: port " + port + " is taken");
    }
    Path key = folder.toAbsolutePath().normalize();
    if (!IN_USE.add(key)) {
      throw new EmbeddedServerException(
          "the embedded Kafka cannot start: a broker of this JVM has locked the folder " + folder);
    }
    try {
      return startIn(
          folder,
          port,
          () -> {
            IN_USE.remove(key);
            cleanup.run();
          });
    } catch (EmbeddedServerException failed) {
      IN_USE.remove(key);
      throw failed;
    }
  }

  private static EmbeddedKafka startIn(Path folder, int port, Runnable cleanup) {
    BrokerFolder.format(folder, Uuid.randomUuid().toString(), BrokerSettings.NODE_ID);
    BrokerFaults faults = BrokerFaults.watch();
    // Nobody but the node itself talks to its controller, so that port need not be kept.
    var properties = BrokerSettings.of(folder, port, FreePort.any());
    KafkaRaftServer server = null;
    try {
      server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
      server.startup();
      if (faults.done().isCompletedExceptionally()) {
        throw new EmbeddedServerException(
            String.valueOf(faults.done().exceptionNow().getMessage()));
      }
      return new EmbeddedKafka(server, port, faults, cleanup);
    } catch (RuntimeException failed) {
      // Whatever of its own or of the JDK's Kafka throws: it declares nothing.
      if (server != null) {
        shutDown(server);
      }
      faults.unwatch();
      throw new EmbeddedServerException(
          "the embedded Kafka cannot start in " + folder + ": " + reason(failed), failed);
    }
  }

  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  public int port() {
    return port;
  }

  /**
   * Completes when the broker is closed; completes exceptionally, with an {@link
   * EmbeddedServerException}, when it had a fatal fault.
   */
  public CompletableFuture<Void> done() {
    return faults.done().copy();
  }

  /** Stops the broker, within {@link #STOP_MAX}; what is not done by then is recovered at start. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    shutDown(server);
    faults.unwatch();
    cleanup.run();
  }

  private static void shutDown(KafkaRaftServer server) {
    Thread stopping = Thread.ofPlatform().name("kafka-stop").daemon().start(server::shutdown);
    try {
      if (!stopping.join(STOP_MAX)) {
        LOG.warn("the embedded Kafka did not stop within {}", STOP_MAX);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The innermost message: Kafka wraps "address already in use" several times. */
  private static String reason(Throwable failed) {
    Throwable innermost = failed;
    while (innermost.getCause() != null
        && (innermost instanceof KafkaException
            || innermost.getMessage() == null
            || innermost instanceof RuntimeException)) {
      innermost = innermost.getCause();
    }
    return String.valueOf(innermost.getMessage() == null ? innermost : innermost.getMessage());
  }
}
