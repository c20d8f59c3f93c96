package io.skywire.embedded.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A relay in this process: serves {@code com.atproto.sync.subscribeRepos} with frames made from a
 * seed (or captured ones), keeps its log, and commits faults on demand. Any thread may call it.
 *
 * <p>With a folder it goes on after any death of the process where it was: the next seq follows the
 * last logged one, and old cursors get the frames that they would have got. It verifies nothing and
 * signs nothing.
 */
public final class RelaySimulator implements AutoCloseable {
  private static final String SOURCE = "source";
  private static final String SEED = "seed ";

  private final @Nullable Path temporary;
  private final FileChannel lock;
  private final EventLog log;
  private final Ledger ledger;
  private final RelayServer server;
  private final Emitter emitter;

  private RelaySimulator(
      SimulatorSettings settings, Path folder, @Nullable Path temporary, FileChannel lock)
      throws IOException, InterruptedException {
    this.temporary = temporary;
    this.lock = lock;
    checkSource(folder, settings);
    log = EventLog.open(folder.resolve("log"), settings.windowEvents());
    ledger = Ledger.open(folder, settings.ledgerEvents(), log.end());
    Capture capture = settings.capture();
    FrameSource source =
        capture == null
            ? new FrameGenerator(settings.seed(), settings.hostileOneIn())
            : new CapturedFrames(capture);
    source.startAfter(log.end());
    server =
        new RelayServer(
            log,
            settings.backlogEvents(),
            new InetSocketAddress(settings.address(), settings.port()));
    emitter = new Emitter(source, log, ledger, settings, server::announce);
    emitter.start();
  }

  /**
   * Starts a relay; it listens when this returns. Throws {@link IllegalStateException} when the
   * port is taken, when another simulator uses the folder, or when the folder's log is of another
   * source.
   */
  public static RelaySimulator start(SimulatorSettings settings) {
    try {
      Path kept = settings.folder();
      Path temporary = kept == null ? Files.createTempDirectory("relay-simulator") : null;
      Path folder = kept == null ? Objects.requireNonNull(temporary) : kept;
      FileChannel lock = lock(Files.createDirectories(folder));
      try {
        return new RelaySimulator(settings, folder, temporary, lock);
      } catch (IOException | IllegalStateException failure) {
        lock.close();
        throw failure;
      }
    } catch (IOException failure) {
      throw new UncheckedIOException("the simulator's folder cannot be used", failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while starting", interrupted);
    }
  }

  /** The seed that a folder's log was begun with; empty for a new folder, or one of a capture. */
  public static OptionalLong seedOf(Path folder) throws IOException {
    String source = source(folder);
    return source.startsWith(SEED)
        ? OptionalLong.of(Long.parseLong(source.split(" ", -1)[1]))
        : OptionalLong.empty();
  }

  /** Where the relay is on this machine, as {@code RELAY_URL} has it: scheme, host and port. */
  public URI uri() {
    return URI.create("ws://127.0.0.1:" + server.port());
  }

  /** The seq of the last emitted event, 0 before the first. */
  public long head() {
    return log.head();
  }

  /** How many events have been emitted since the log's beginning, with those that were skipped. */
  public long emitted() {
    return log.end();
  }

  public Ledger ledger() {
    return ledger;
  }

  /** From now on, so many events a second; 0 is as fast as it can. */
  public void rate(int eventsPerSecond) {
    emitter.rate(eventsPerSecond);
  }

  /** From now on, stays silent after so many events since the log's beginning; 0 is no limit. */
  public void limit(long events) {
    emitter.limit(events);
  }

  /**
   * Loses the next so many events, as a relay may: they are in the ledger, and the next one that is
   * sent comes after them without a word.
   */
  public void skip(long events) {
    emitter.skip(events);
  }

  /** How many clients have been accepted so far. */
  public int connections() {
    return server.connections();
  }

  /** How many clients were told that they are too slow, and left. */
  public int consumersTooSlow() {
    return server.consumersTooSlow();
  }

  /** How many clients are connected. */
  public int openConnections() {
    return server.open();
  }

  /** The cursors of the accepted clients, in order; the latest 10,000. */
  public List<OptionalLong> cursors() {
    return server.cursors();
  }

  /** Resets every connection (TCP RST). New ones are accepted. */
  public void dropConnections() {
    server.reset();
  }

  /** Sends half a WebSocket frame on every connection and closes it. New ones are accepted. */
  public void dropMidFrame() {
    server.closeMidFrame();
  }

  /**
   * Plays a half-open connection: accepts clients, but sends them nothing and answers no ping.
   * Events go on being emitted into the log.
   */
  public void stopSending() {
    server.silent(true);
  }

  /** Ends {@link #stopSending}. */
  public void resume() {
    server.silent(false);
  }

  /**
   * Sends nobody more than the first so many events of the log, whatever else is in it, until it is
   * called again: those who have them wait, on living connections, and are never too slow for that.
   * 0 holds nothing back.
   */
  public void sendOnly(long events) {
    server.holdFrom(events == 0 ? Long.MAX_VALUE : events);
  }

  /** Refuses the next so many connects with an HTTP status; 0 accepts again. */
  public void refuse(int connects, int httpStatus, @Nullable Duration retryAfter) {
    server.refusals().next(connects, new Refusals.Refusal(httpStatus, retryAfter));
  }

  /** How many connects were refused so far. */
  public int refusals() {
    return server.refusals().count();
  }

  /** Sends a binary message of any bytes to every connected client; it is not logged. */
  public void sendRaw(byte[] message) {
    server.send(message);
  }

  @Override
  public void close() {
    emitter.close();
    server.close();
    try {
      ledger.close();
      log.close();
      lock.close();
      if (temporary != null) {
        delete(temporary);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** One simulator a folder; the lock dies with the process. */
  private static FileChannel lock(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException sameProcess) {
      // as below
    }
    channel.close();
    throw new IllegalStateException("another simulator uses " + folder);
  }

  /** A log goes on with the source that it began with: another one would contradict it. */
  private static void checkSource(Path folder, SimulatorSettings settings) throws IOException {
    String hostile = settings.hostileOneIn() == 0 ? "" : " hostile " + settings.hostileOneIn();
    String source = settings.capture() == null ? SEED + settings.seed() + hostile : "capture";
    String began = source(folder);
    if (began.isEmpty()) {
      Files.writeString(folder.resolve(SOURCE), source);
    } else if (!began.equals(source)) {
      throw new IllegalStateException(
          "the log in " + folder + " was made from " + began + ", not " + source);
    }
  }

  private static String source(Path folder) throws IOException {
    Path file = folder.resolve(SOURCE);
    return Files.exists(file) ? Files.readString(file) : "";
  }

  private static void delete(Path folder) throws IOException {
    List<Path> paths;
    try (var tree = Files.walk(folder)) {
      paths = tree.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) {
      Files.delete(path);
    }
  }
}
