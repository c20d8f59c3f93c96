package io.skywire.benchmarks.pipeline;

import io.skywire.benchmarks.Shared;
import io.skywire.benchmarks.Workbench;
import io.skywire.embedded.TemporaryFolder;
import io.skywire.embedded.simulator.LedgerEntry;
import io.skywire.embedded.simulator.LedgerTail;
import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.embedded.simulator.SimulatorSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;

/**
 * A relay that has logged all of its events already and emits no more: whoever begins with the
 * oldest is served from the log, as fast as it reads, or as far as it is to be. Every run of a
 * stage reads the same one; any thread may ask.
 */
final class Backlog implements Shared.Part {
  static final long SEED = 7;

  /** Half of them is what a pipeline's processes compile their code with: a minute or more. */
  private static final int EVENTS = 3_000_000;

  private static final int EVENTS_QUICK = 5_000;
  private static final Duration LOGGED_MAX = Duration.ofMinutes(10);
  private static final long LOOK_AGAIN_MILLIS = 20;

  private final Path folder;
  private final RelaySimulator relay;
  private final long[] seqs;

  private Backlog(Path folder, RelaySimulator relay, long[] seqs) {
    this.folder = folder;
    this.relay = relay;
    this.seqs = seqs;
  }

  /** What the stages read that catch up. */
  static Shared.Lease<Backlog> lease(Workbench workbench) throws IOException, InterruptedException {
    int events = workbench.size(EVENTS, EVENTS_QUICK);
    return workbench.shared().lease(Backlog.class, "backlog", () -> log(workbench, events));
  }

  /** Logs so many events, which takes some seconds for a hundred thousand. */
  private static Backlog log(Workbench workbench, int events)
      throws IOException, InterruptedException {
    Path folder = workbench.newFolder("relay");
    RelaySimulator relay =
        RelaySimulator.start(
            SimulatorSettings.defaults()
                .withSeed(SEED)
                .withRate(0)
                .withLimit(events)
                .withFolder(folder)
                .withWindowEvents(events)
                .withLedgerEvents(events));
    try {
      Backlog backlog = new Backlog(folder, relay, seqs(relay, events));
      workbench
          .screen()
          .line(
              "  %,d events, frames of %,d bytes on average"
                  .formatted(events, backlog.frameBytes()));
      return backlog;
    } catch (IOException | InterruptedException | RuntimeException failed) {
      relay.close();
      TemporaryFolder.delete(folder);
      throw failed;
    }
  }

  URI relay() {
    return relay.uri();
  }

  int events() {
    return seqs.length;
  }

  long lastSeq() {
    return seqs[seqs.length - 1];
  }

  /** From now on, only so many of them are served; whoever has them waits for {@link #serveAll}. */
  void serveOnly(int first) {
    relay.sendOnly(first);
  }

  void serveAll() {
    relay.sendOnly(0);
  }

  /** How many events have this seq or a lower one. */
  int upTo(long seq) {
    int found = Arrays.binarySearch(seqs, seq);
    return found >= 0 ? found + 1 : -found - 1;
  }

  /**
   * Compares with the ledger.
   *
   * @param where what is looked at, for the message
   * @throws IllegalStateException when an event is missing
   */
  void requireAll(String where, BitSet found) {
    for (long seq : seqs) {
      if (!found.get((int) seq)) {
        throw new IllegalStateException(
            "%s: the event with seq %d is missing".formatted(where, seq));
      }
    }
    if (found.cardinality() != seqs.length) {
      throw new IllegalStateException(
          "%s: %d events instead of %d".formatted(where, found.cardinality(), seqs.length));
    }
  }

  @Override
  public void close() {
    relay.close();
    TemporaryFolder.delete(folder);
  }

  private static long[] seqs(RelaySimulator relay, int events)
      throws IOException, InterruptedException {
    long[] seqs = new long[events];
    int known = 0;
    LedgerTail ledger = relay.ledger().tail();
    long deadline = System.nanoTime() + LOGGED_MAX.toNanos();
    // An event is in the ledger before it is in the log.
    while (known < events || relay.emitted() < events) {
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "the relay has logged %,d events of %,d within %s"
                .formatted(relay.emitted(), events, LOGGED_MAX));
      }
      for (LedgerEntry entry : ledger.next()) {
        seqs[known++] = entry.seq();
      }
      Thread.sleep(LOOK_AGAIN_MILLIS);
    }
    return seqs;
  }

  private long frameBytes() throws IOException {
    long bytes = 0;
    try (var segments = Files.list(folder.resolve("log"))) {
      for (Path segment : segments.toList()) {
        bytes += Files.size(segment);
      }
    }
    return bytes / events();
  }
}
