package io.skywire.sink.status;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Why nothing can be stored just now, in words: left here by the sink's loop, which alone writes
 * it, and told with the next heartbeat. Any thread may read it.
 */
public final class StoringProblem {
  /**
   * The loop opens everything anew after a failure, and has nothing to store until then. Longer
   * than that takes, so that a failure that comes again and again does not look mended in between.
   */
  private static final Duration HOLDS = Duration.ofSeconds(30);

  private final InstantSource clock;
  private volatile @Nullable Failure last;

  public StoringProblem(InstantSource clock) {
    this.clock = clock;
  }

  public void failed(String words) {
    last = new Failure(words, clock.instant());
  }

  public void stored() {
    last = null;
  }

  /**
   * There was nothing to store. When that lasts, the problem is forgotten: this sink may have no
   * partitions any more.
   */
  public void idle() {
    Failure failure = last;
    if (failure != null && failure.at().plus(HOLDS).isBefore(clock.instant())) {
      last = null;
    }
  }

  /** Null while batches are stored. */
  public @Nullable String words() {
    Failure failure = last;
    return failure == null ? null : failure.words();
  }

  private record Failure(String words, Instant at) {}
}
