package io.skywire.sink.stats;

import io.skywire.common.lifecycle.FatalException;
import io.skywire.common.lifecycle.LoopThread;
import io.skywire.common.lifecycle.RootCause;
import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.topic.MinuteCount;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The loops of this package that are needed, from their start to their end; maybe none. */
public final class StatsLoops implements AutoCloseable {
  private final List<Part> parts = new ArrayList<>();
  private final @Nullable Streams streams;
  private final @Nullable Storage storage;

  private record Part(LoopThread thread, BooleanSupplier progress) {
    boolean hangs() {
      return thread.isRunning() && !progress.getAsBoolean();
    }
  }

  private record Streams(LoopThread thread, StatsStreams loop) {
    StreamsState state() {
      Throwable end = thread.failure();
      return end == null ? loop.state() : new StreamsState(false, words(end));
    }
  }

  private record Storage(LoopThread thread, StatsStorage loop) {
    @Nullable String problem() {
      Throwable end = thread.failure();
      return end == null ? loop.problem() : MinuteCount.NOT_STORED + words(end);
    }
  }

  /**
   * @param streams null when nothing is counted or sent on
   * @param storage null when nothing is counted
   * @param stopMax how long a loop may take to stop
   */
  public StatsLoops(
      @Nullable StatsStreams streams, @Nullable StatsStorage storage, Duration stopMax) {
    if (streams == null) {
      this.streams = null;
    } else {
      LoopThread thread = new LoopThread("sink-streams", streams, stopMax);
      parts.add(new Part(thread, streams::makesProgress));
      this.streams = new Streams(thread, streams);
    }
    if (storage == null) {
      this.storage = null;
    } else {
      LoopThread thread = new LoopThread("sink-stats", storage, stopMax);
      parts.add(new Part(thread, storage::makesProgress));
      this.storage = new Storage(thread, storage);
    }
  }

  public void start() {
    parts.forEach(part -> part.thread().start());
  }

  /**
   * Whether none hangs. One that has ended by an error would end so again, and events are stored
   * without it: {@link #streams} tells, the log, and the metrics. Any thread.
   */
  public boolean makesProgress() {
    return parts.stream().noneMatch(Part::hangs);
  }

  /**
   * How Kafka Streams is, or why its counts are not stored; null where none is wanted. Any thread.
   */
  public @Nullable StreamsState streams() {
    if (streams == null) {
      return null;
    }
    StreamsState state = streams.state();
    String unstored = storage == null ? null : storage.problem();
    return unstored == null || state.problem() != null
        ? state
        : new StreamsState(state.running(), unstored);
  }

  /** As {@link LoopThread#stop}. */
  public void stop() {
    parts.forEach(part -> part.thread().stop());
  }

  @Override
  public void close() {
    parts.forEach(part -> part.thread().close());
  }

  private static String words(Throwable end) {
    boolean forOperators = end instanceof FatalException || end instanceof InvalidSettingException;
    String why = forOperators ? String.valueOf(end.getMessage()) : RootCause.line(end);
    return why + "; it has ended until the sink is started again";
  }
}
