package io.skywire.sink.stats;

import io.skywire.common.topic.MinuteCount;
import io.skywire.common.topic.OpCount;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Sums up what the partitions have counted, and tells each sum whenever it has grown. All of it is
 * one task's, so what it keeps is bounded in one place: two hours of minutes, counted back from the
 * partition that is behind the others or from the clock, whichever is earlier; and so many names a
 * minute. One thread.
 */
final class MinuteTotals implements Processor<String, PartCount, String, MinuteCount> {
  static final String STORE = "totals";

  static final Duration KEPT = Duration.ofHours(2);

  /** An ingester's clock that is further ahead than this counts nothing. */
  static final Duration AHEAD_MAX = Duration.ofHours(1);

  /** Beyond it, further ones of a minute count as {@link OpCount#OTHER}. */
  static final int COLLECTIONS_MAX = 500;

  /** The same of event types, beside those of the protocol. */
  static final int TYPES_MAX = 16;

  /** Nobody can push them out by making others up. */
  private static final Set<String> TYPES =
      Set.of("commit", "identity", "account", "sync", OpCount.OTHER);

  /** Some 200 bytes each; beyond it, ops that would need another count as {@link OpCount#OTHER}. */
  static final int KEYS_MAX = 150_000;

  /** Key of a partition's time; sorts after all minutes. */
  private static final String TIME = "time ";

  private final int partitions;
  private final int keysMax;
  private final StatsMetrics metrics;
  private final Map<Integer, Long> times = new HashMap<>();
  private final TreeMap<Long, Names> minutes = new TreeMap<>();
  private int keys;
  private @Nullable ProcessorContext<String, MinuteCount> context;
  private @Nullable KeyValueStore<String, Long> store;

  /** What a minute has counts of. */
  private record Names(Set<String> types, Set<String> collections) {}

  /**
   * @param partitions of the events' topic: what has come from all of them is complete
   * @param keysMax {@link #KEYS_MAX}, or fewer
   */
  MinuteTotals(int partitions, int keysMax, StatsMetrics metrics) {
    this.partitions = partitions;
    this.keysMax = keysMax;
    this.metrics = metrics;
  }

  /** Also begins anew: what was not committed, Kafka Streams reads again. */
  @Override
  public void init(ProcessorContext<String, MinuteCount> ofTask) {
    times.clear();
    minutes.clear();
    keys = 0;
    KeyValueStore<String, Long> restored = ofTask.getStateStore(STORE);
    try (KeyValueIterator<String, Long> all = restored.all()) {
      while (all.hasNext()) {
        KeyValue<String, Long> entry = all.next();
        if (entry.key.startsWith(TIME)) {
          times.put(Integer.parseInt(entry.key.substring(TIME.length())), entry.value);
        } else {
          remember(MinuteCount.ofKey(entry.key, entry.value));
        }
      }
    }
    context = ofTask;
    store = restored;
  }

  @Override
  public void process(Record<String, PartCount> record) {
    PartCount part = record.value();
    if (part.added() == 0) {
      times.put(part.partition(), record.timestamp());
      store().put(TIME + part.partition(), record.timestamp());
      forgetUntil(horizon());
      return;
    }
    MinuteCount of = MinuteCount.ofKey(record.key(), part.added());
    long minute = of.minute().toEpochMilli();
    if (minute < horizon()) {
      uncounted(StatsMetrics.Uncounted.LATE, of);
    } else if (minute > context().currentSystemTimeMs() + AHEAD_MAX.toMillis()) {
      uncounted(StatsMetrics.Uncounted.AHEAD, of);
    } else {
      add(bounded(of), minute);
    }
  }

  /** An event is one, however many ops it has. */
  private void uncounted(StatsMetrics.Uncounted why, MinuteCount of) {
    if (of.action().isEmpty()) {
      metrics.uncounted(why, of.count());
    }
  }

  private void add(MinuteCount added, long minute) {
    String key = added.key();
    Long before = store().get(key);
    if (before == null) {
      remember(added);
    }
    long count = (before == null ? 0 : before) + added.count();
    store().put(key, count);
    context()
        .forward(
            new Record<>(
                key,
                new MinuteCount(
                    added.minute(), added.eventType(), added.collection(), added.action(), count),
                minute));
  }

  /** The same, under another name where there are too many already. */
  private MinuteCount bounded(MinuteCount added) {
    Names names = minutes.get(added.minute().toEpochMilli());
    String type = added.eventType();
    if (names != null
        && names.types.size() >= TYPES_MAX
        && !names.types.contains(type)
        && !TYPES.contains(type)) {
      type = OpCount.OTHER;
    }
    String collection = added.collection();
    String action = added.action();
    if (!collection.isEmpty()) {
      if (names != null
          && names.collections.size() >= COLLECTIONS_MAX
          && !names.collections.contains(collection)
          && !collection.equals(OpCount.OTHER)) {
        collection = OpCount.OTHER;
      }
      if (keys >= keysMax
          && store().get(MinuteCount.key(added.minute().toString(), type, collection, action))
              == null) {
        collection = OpCount.OTHER;
        action = OpCount.OTHER;
      }
    }
    return new MinuteCount(added.minute(), type, collection, action, added.count());
  }

  private void remember(MinuteCount of) {
    Names names =
        minutes.computeIfAbsent(
            of.minute().toEpochMilli(), any -> new Names(new HashSet<>(), new HashSet<>()));
    if (!TYPES.contains(of.eventType())) {
      names.types.add(of.eventType());
    }
    if (!of.collection().isEmpty() && !of.collection().equals(OpCount.OTHER)) {
      names.collections.add(of.collection());
    }
    keys++;
  }

  /** The oldest minute that is kept; none is dropped before each partition has told its time. */
  private long horizon() {
    if (times.size() < partitions) {
      return Long.MIN_VALUE;
    }
    long earliest = context().currentSystemTimeMs();
    for (long time : times.values()) {
      earliest = Math.min(earliest, time);
    }
    return earliest - KEPT.toMillis();
  }

  private void forgetUntil(long horizon) {
    while (!minutes.isEmpty() && minutes.firstKey() < horizon) {
      String minute = Instant.ofEpochMilli(minutes.firstKey()).toString();
      List<String> old = new ArrayList<>();
      // A space follows, and everything that may follow that is before a tilde.
      try (KeyValueIterator<String, Long> range = store().range(minute, minute + "~")) {
        range.forEachRemaining(entry -> old.add(entry.key));
      }
      old.forEach(store()::delete);
      keys -= old.size();
      minutes.pollFirstEntry();
    }
  }

  private ProcessorContext<String, MinuteCount> context() {
    return Objects.requireNonNull(context, "init was not called");
  }

  private KeyValueStore<String, Long> store() {
    return Objects.requireNonNull(store, "init was not called");
  }
}
