package io.skywire.sink.stats;

import io.skywire.common.lifecycle.LoopThread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The loops of this package that are needed, from their start to their end; maybe none. */
public final class StatsLoops implements AutoCloseable {
  private final List<Part> parts = new ArrayList<>();

  private record Part(LoopThread thread, BooleanSupplier progress) {
    boolean hangs() {
      return thread.isRunning() && !progress.getAsBoolean();
    }
  }

  /**
   * @param streams null when nothing is counted or sent on
   * @param storage null when nothing is counted
   * @param stopMax how long a loop may take to stop
   */
  public StatsLoops(
      @Nullable StatsStreams streams, @Nullable StatsStorage storage, Duration stopMax) {
    if (streams != null) {
      parts.add(new Part(new LoopThread("sink-streams", streams, stopMax), streams::makesProgress));
    }
    if (storage != null) {
      parts.add(new Part(new LoopThread("sink-stats", storage, stopMax), storage::makesProgress));
    }
  }

  public void start() {
    parts.forEach(part -> part.thread().start());
  }

  /**
   * Whether none hangs. One that has ended by an error would end so again, and events are stored
   * without it: the log tells, and the metrics. Any thread.
   */
  public boolean makesProgress() {
    return parts.stream().noneMatch(Part::hangs);
  }

  @Override
  public void close() {
    parts.forEach(part -> part.thread().close());
  }
}
