package io.skywire.sink;

import io.skywire.sink.write.BatchStore;
import io.skywire.sink.write.EventBatch;
import io.skywire.sink.write.EventStore.Outcome;
import io.skywire.sink.write.PartitionLostException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The one batch that is on its way into the table: stored by the caller's thread, or by one of its
 * own while the caller reads the next. How long that takes is bounded by the store. One thread
 * asks; the other one begins when it is first needed and ends with {@link #close}.
 */
final class Storing implements AutoCloseable {
  private final LongSupplier nanoTime;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("sink-store").daemon().factory());
  private @Nullable CompletableFuture<Stored> underWay;

  /**
   * @param took of storing alone
   */
  record Stored(EventBatch batch, Outcome outcome, Duration took) {}

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  Storing(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * @param meanwhile whether this returns at once, and not when the batch is stored
   * @throws IllegalStateException when what became of the last one has not been taken
   */
  void begin(BatchStore store, EventBatch batch, boolean meanwhile) {
    if (underWay != null) {
      throw new IllegalStateException("one batch at a time");
    }
    CompletableFuture<Stored> result = new CompletableFuture<>();
    underWay = result;
    Executor executor = meanwhile ? thread : Runnable::run;
    executor.execute(() -> store(store, batch, result));
  }

  boolean isUnderWay() {
    return underWay != null && !underWay.isDone();
  }

  /**
   * Waits until nothing is under way. Who interrupts that interrupts the one who stores as well.
   */
  void settle() {
    CompletableFuture<Stored> result = underWay;
    boolean interrupted = false;
    while (result != null && !result.isDone()) {
      try {
        result.get();
      } catch (InterruptedException stop) {
        interrupted = true;
        thread.shutdownNow();
      } catch (ExecutionException failed) {
        // The future keeps it for `take`.
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * What became of the batch that was begun last; waits as {@link #settle}.
   *
   * @return null when nothing was begun since the last time
   * @throws SQLException as the store threw it, like the others
   */
  @Nullable Stored take() throws SQLException, PartitionLostException {
    settle();
    CompletableFuture<Stored> result = underWay;
    underWay = null;
    if (result == null) {
      return null;
    }
    if (!result.isCompletedExceptionally()) {
      return result.resultNow();
    }
    switch (result.exceptionNow()) {
      case SQLException away -> throw away;
      case PartitionLostException lost -> throw lost;
      case RuntimeException other -> throw other;
      case Error fatal -> throw fatal;
      case Throwable never -> throw new IllegalStateException(never);
    }
  }

  @Override
  public void close() {
    thread.close();
  }

  private void store(BatchStore store, EventBatch batch, CompletableFuture<Stored> result) {
    try {
      long begun = nanoTime.getAsLong();
      Outcome outcome = store.store(batch);
      result.complete(new Stored(batch, outcome, Duration.ofNanos(nanoTime.getAsLong() - begun)));
    } catch (SQLException | PartitionLostException | RuntimeException | Error failed) {
      result.completeExceptionally(failed);
    }
  }
}
