package io.skywire.ingester;

import io.skywire.ingester.publish.Batch;
import io.skywire.ingester.publish.EventPublisher;
import io.skywire.ingester.publish.FencedException;
import io.skywire.ingester.publish.PublishFailedException;
import io.skywire.ingester.relay.RelayDisconnectedException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Publishes a session's batches, one after the other, if need be each while its caller does
 * something else. One caller, and for that a thread of its own, which begins when it is first
 * needed and ends with {@link #close}. It does not own the publisher.
 */
final class Committer implements AutoCloseable {
  private final EventPublisher publisher;
  private final IngesterMetrics metrics;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("ingester-committer").daemon().factory());

  Committer(EventPublisher publisher, IngesterMetrics metrics) {
    this.publisher = publisher;
    this.metrics = metrics;
  }

  /** What the caller does meanwhile; it must not have to do with the publisher. */
  interface Meanwhile<T> {
    T run() throws RelayDisconnectedException, InterruptedException;
  }

  /** Returns once the batch is committed, in the time that the publisher is bounded by. */
  void publish(Batch batch) throws FencedException, PublishFailedException {
    long begun = System.nanoTime();
    publisher.publish(batch);
    metrics.published(batch, Duration.ofNanos(System.nanoTime() - begun));
  }

  /**
   * Returns once the batch is committed and the other work is done, whichever takes longer.
   *
   * @return what {@code meanwhile} has made
   */
  <T> T publish(Batch batch, Meanwhile<T> meanwhile)
      throws FencedException,
          PublishFailedException,
          RelayDisconnectedException,
          InterruptedException {
    Callable<Boolean> commit =
        () -> {
          publish(batch);
          return true;
        };
    Future<Boolean> committed = thread.submit(commit);
    try {
      return meanwhile.run();
    } finally {
      await(committed);
    }
  }

  private static void await(Future<Boolean> committed)
      throws FencedException, PublishFailedException, InterruptedException {
    try {
      committed.get();
    } catch (ExecutionException failed) {
      switch (failed.getCause()) {
        case FencedException fenced -> throw fenced;
        case PublishFailedException notPublished -> throw notPublished;
        case RuntimeException other -> throw other;
        case Error fatal -> throw fatal;
        case null, default -> throw new IllegalStateException(failed);
      }
    }
  }

  /** Interrupts what an interrupted caller has left behind. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
