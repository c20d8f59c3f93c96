package io.skywire.common.lifecycle;

import java.util.concurrent.CompletionStage;

/** A process of Skywire that has been started, alone or beside others in one JVM. */
public interface RunningProcess extends AutoCloseable {
  /** Completes when it has ended; exceptionally when it ended by an error. */
  CompletionStage<Void> done();

  /** Stops it, in bounded time. */
  @Override
  void close();
}
