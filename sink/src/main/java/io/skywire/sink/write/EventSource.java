package io.skywire.sink.write;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Where batches come from. One thread. */
public interface EventSource extends AutoCloseable {
  /**
   * Waits for records, {@code wait} at most; the batch is empty when none came. What has come
   * already is taken along up to the limits, but nothing more is waited for: a batch is as small as
   * the load allows. Each batch begins where the one before it ends, whether that is stored by now
   * or not: after a failure, all goes on with another source.
   *
   * @param unhurried whether nobody waits for this batch yet: while it says so, the batch gathers
   *     until it is full
   */
  EventBatch poll(Duration wait, BatchLimits limits, BooleanSupplier unhurried);

  @Override
  void close();
}
