package io.skywire.benchmarks.pipeline;

import io.skywire.embedded.simulator.RelaySimulator;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A client that pages by {@code since} and notes when it has received which event, in their order.
 * A page that is incomplete is an error. One thread.
 */
final class TailReader {
  private static final int PAGE = 1_000;
  private static final Duration STANDSTILL_MAX = Duration.ofMinutes(5);
  private static final double NANOS_A_MILLI = 1e6;

  private final World world;
  private long[] nanos = new long[1024];
  private int events;
  private long lastSeq;

  TailReader(World world) {
    this.world = world;
  }

  /** Until it has so many events in all; an empty answer waits at the api. */
  void readTo(long count) throws IOException, InterruptedException {
    long moved = System.nanoTime();
    while (events < count) {
      if (readPage()) {
        moved = System.nanoTime();
      } else if (System.nanoTime() - moved > STANDSTILL_MAX.toNanos()) {
        throw new IllegalStateException(
            "nothing new has come after %,d events within %s".formatted(events, STANDSTILL_MAX));
      }
      world.requireAllRunning();
    }
  }

  /** Without a pause. */
  void readFor(int seconds) throws IOException, InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    while (System.nanoTime() < end) {
      readPage();
    }
    world.requireAllRunning();
  }

  /**
   * Until it has all that a relay has sent, which falls silent, and no more.
   *
   * @throws IllegalStateException when it has something else
   */
  void readAll(RelaySimulator relay) throws IOException, InterruptedException {
    relay.limit(relay.emitted());
    long emitted;
    do {
      emitted = relay.emitted();
      readTo(emitted);
    } while (emitted != relay.emitted());
    requireAll(emitted, relay.head());
  }

  /**
   * @throws IllegalStateException when it has not read just so many, up to this one
   */
  void requireAll(long count, long last) {
    if (events != count || lastSeq != last) {
      throw new IllegalStateException(
          "the client has read %,d events of %,d, and is at seq %d of %d"
              .formatted(events, count, lastSeq, last));
    }
  }

  /**
   * How long those took that were sent within a time.
   *
   * @return sorted
   */
  double[] millis(SendTimes sent, long fromNanos, long toNanos) {
    return IntStream.range(0, events)
        .filter(event -> sent.of(event) >= fromNanos && sent.of(event) < toNanos)
        .mapToDouble(event -> (nanos[event] - sent.of(event)) / NANOS_A_MILLI)
        .sorted()
        .toArray();
  }

  private boolean readPage() throws IOException, InterruptedException {
    EventsApi.Page page = world.api().page(lastSeq, PAGE);
    int read = events + page.count();
    if (read > nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * read);
    }
    Arrays.fill(nanos, events, read, System.nanoTime());
    events = read;
    lastSeq = page.maxSeq();
    return page.count() > 0;
  }
}
