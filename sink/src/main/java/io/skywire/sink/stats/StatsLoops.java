package io.skywire.sink.stats;

import io.skywire.common.lifecycle.LoopThread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The loops of this package that are needed, from their start to their end; maybe none. */
public final class StatsLoops implements AutoCloseable {
  private final @Nullable StatsStreams streams;
  private final @Nullable StatsStorage storage;
  private final List<LoopThread> threads = new ArrayList<>();

  /**
   * @param streams null when nothing is counted or sent on
   * @param storage null when nothing is counted
   * @param stopMax how long a loop may take to stop
   */
  public StatsLoops(
      @Nullable StatsStreams streams, @Nullable StatsStorage storage, Duration stopMax) {
    this.streams = streams;
    this.storage = storage;
    if (streams != null) {
      threads.add(new LoopThread("sink-streams", streams, stopMax));
    }
    if (storage != null) {
      threads.add(new LoopThread("sink-stats", storage, stopMax));
    }
  }

  public void start() {
    threads.forEach(LoopThread::start);
  }

  /** Whether none has ended or hangs. Any thread. */
  public boolean isAlive() {
    return threads.stream().allMatch(LoopThread::isRunning)
        && (streams == null || streams.makesProgress())
        && (storage == null || storage.makesProgress());
  }

  /** Completes, by its error, when one has ended by an error. */
  public CompletionStage<Void> failed() {
    CompletableFuture<Void> failed = new CompletableFuture<>();
    for (LoopThread thread : threads) {
      thread
          .done()
          .whenComplete((nothing, failure) -> {
            if (failure != null) {
              failed.completeExceptionally(failure);
            }
          });
    }
    return failed;
  }

  @Override
  public void close() {
    threads.forEach(LoopThread::close);
  }
}
