package io.skywire.sink;

import io.skywire.sink.write.BatchLimits;
import io.skywire.sink.write.BatchStore;
import io.skywire.sink.write.EventBatch;
import io.skywire.sink.write.EventBatch.Progress;
import io.skywire.sink.write.EventSource;
import io.skywire.sink.write.EventStore.Outcome;
import io.skywire.sink.write.EventStore.TrimmedRange;
import io.skywire.sink.write.PartitionLostException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/** What a sink works with, played: a topic that brings batches, a table that takes them. */
final class PlayedParts implements Sink.Connections {
  static final EventBatch NOTHING = batch(0, Map.of());

  interface Opening {
    void run() throws SQLException, ExecutionException;
  }

  interface Storing {
    void run() throws SQLException, PartitionLostException;
  }

  /** What the loop did, but for polls, in its order. */
  final List<String> done = new ArrayList<>();

  final List<BatchLimits> limits = new ArrayList<>();
  final Map<Integer, Progress> progress = Map.of(0, new Progress(7, 6L));
  final List<TrimmedRange> trimmed = new ArrayList<>();
  final List<EventBatch.Refused> refused = new ArrayList<>();

  /** What each opening and each storing begins with; nothing when these are used up. */
  final Deque<Opening> openings = new ArrayDeque<>();

  final Deque<Storing> storings = new ArrayDeque<>();
  Storing learning = () -> {};

  /** When there is nothing left to poll. */
  Runnable atTheEnd = () -> {};

  private final Deque<Supplier<EventBatch>> polls = new ArrayDeque<>();

  /** A batch of so many records, which gets the only partition to this offset. */
  static EventBatch batch(int records, long nextOffset) {
    return batch(records, Map.of(0, new Progress(nextOffset, nextOffset - 1)));
  }

  private static EventBatch batch(int records, Map<Integer, Progress> to) {
    return batch(records, 0, to);
  }

  static EventBatch batch(int records, long bytes, Map<Integer, Progress> to) {
    return new EventBatch(
        List.of(), List.of(), new TreeMap<>(to), List.of(), 0, records, bytes, Map.of(), List.of());
  }

  private static long offset(Map<Integer, Progress> progress) {
    return Objects.requireNonNull(progress.get(0)).nextOffset();
  }

  void polls(EventBatch batch) {
    polls.add(() -> batch);
  }

  void polls(Runnable first, EventBatch batch) {
    polls.add(() -> {
      first.run();
      return batch;
    });
  }

  @Override
  public EventSource open() throws SQLException, ExecutionException {
    done.add("open");
    Opening next = openings.poll();
    if (next != null) {
      next.run();
    }
    return new Source();
  }

  @Override
  public BatchStore store() {
    return new Store();
  }

  @Override
  public String describe(Exception failure) {
    return "database secret: " + failure.getMessage();
  }

  private final class Source implements EventSource {
    @Override
    public EventBatch poll(Duration wait, BatchLimits most) {
      limits.add(most);
      Supplier<EventBatch> next = polls.poll();
      if (next == null) {
        atTheEnd.run();
        return NOTHING;
      }
      return next.get();
    }

    @Override
    public Map<Integer, Progress> progress() {
      return progress;
    }

    @Override
    public List<TrimmedRange> trimmedBefore(EventBatch batch) {
      return trimmed;
    }

    @Override
    public void stored(EventBatch batch) {
      done.add("go on at " + offset(batch.progress()));
    }

    @Override
    public void close() {
      done.add("leave");
    }
  }

  private final class Store implements BatchStore {
    @Override
    public Outcome store(EventBatch batch, Map<Integer, Progress> expected, List<TrimmedRange> gaps)
        throws SQLException, PartitionLostException {
      done.add("store from " + offset(expected) + gaps);
      Storing next = storings.poll();
      if (next != null) {
        next.run();
      }
      return new Outcome(batch.records(), 0, List.copyOf(refused));
    }

    @Override
    public void learn(EventBatch batch) throws SQLException {
      done.add("learn " + batch.records());
      try {
        learning.run();
      } catch (PartitionLostException never) {
        throw new IllegalStateException(never);
      }
    }

    @Override
    public void close() {
      done.add("close");
    }
  }
}
