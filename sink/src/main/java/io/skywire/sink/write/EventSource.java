package io.skywire.sink.write;

import io.skywire.sink.write.EventBatch.Progress;
import io.skywire.sink.write.EventStore.TrimmedRange;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Where batches come from, and where in it this sink is. One thread. */
public interface EventSource extends AutoCloseable {
  /**
   * Waits for records, {@code wait} at most; the batch is empty when none came. What has come
   * already is taken along up to the limits, but nothing more is waited for: a batch is as small as
   * the load allows.
   */
  EventBatch poll(Duration wait, BatchLimits limits);

  /** Where each partition is, as this sink last stored or read it. */
  Map<Integer, Progress> progress();

  /**
   * What Kafka no longer had just before this batch. It is in the batch whose watermarks pass it,
   * so that whoever reads beyond it can read of it. A partition that goes on with what is stored
   * already, or with the seq after it, has lost nothing.
   */
  List<TrimmedRange> trimmedBefore(EventBatch batch);

  /** The batch is stored: what comes next is expected after it. */
  void stored(EventBatch batch);

  @Override
  void close();
}
