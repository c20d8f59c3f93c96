package io.skywire.sink.stats;

import io.skywire.common.topic.EventHeaders;
import io.skywire.common.topic.MinuteCount;
import io.skywire.common.topic.OpCount;
import io.skywire.common.topic.Replay;
import io.skywire.common.topic.Seq;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Counts one partition's events and hands on, every two seconds, what each count has grown by: so
 * few hundred records a second leave it, however many events come. What has not been handed on is
 * in the store, which Kafka Streams commits with the offsets. One thread.
 *
 * <p>An event at or below the partition's watermark was counted before (an operator has set the
 * cursor back). Of replayed dead letters only those count that nobody has seen as an event before.
 */
final class EventCounter implements Processor<byte[], byte[], String, PartCount> {
  static final String STORE = "counter";

  private static final Duration HAND_ON_EVERY = Duration.ofSeconds(2);

  /** Beyond it they are handed on at once: a hostile relay can make up any number of names. */
  private static final int PENDING_MAX = 2_000;

  /** Letters that were replayed as new, of which another replay would be known. */
  private static final int REPLAYS_KNOWN_MAX = 1_000;

  private static final long MINUTE_MILLIS = Duration.ofMinutes(1).toMillis();

  /** Each day has a partition in the table, named by eight digits. */
  private static final long TIMESTAMP_MAX =
      Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

  private static final Pattern TYPE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  // Keys of the store that are no minute's.
  private static final String WATERMARK = "watermark";
  private static final String TIME = "time";
  private static final String REPLAYED = "replayed ";

  private final StatsMetrics metrics;
  private final OpReader ops = new OpReader();
  private final Map<String, Long> pending = new HashMap<>();
  private final Map<Long, String> replayed = new HashMap<>();
  private @Nullable ProcessorContext<String, PartCount> context;
  private @Nullable KeyValueStore<String, Long> store;
  private @Nullable Cancellable handingOn;
  private long watermark = -1;
  private long time;
  private long toldTime = -1;
  private long minute = -1;
  private String minuteText = "";

  EventCounter(StatsMetrics metrics) {
    this.metrics = metrics;
  }

  /** Also begins anew: what was not committed, Kafka Streams reads again. */
  @Override
  public void init(ProcessorContext<String, PartCount> ofTask) {
    close();
    pending.clear();
    replayed.clear();
    watermark = -1;
    time = 0;
    toldTime = -1;
    KeyValueStore<String, Long> restored = ofTask.getStateStore(STORE);
    try (KeyValueIterator<String, Long> all = restored.all()) {
      while (all.hasNext()) {
        KeyValue<String, Long> entry = all.next();
        if (entry.key.equals(WATERMARK)) {
          watermark = entry.value;
        } else if (entry.key.equals(TIME)) {
          time = entry.value;
        } else if (entry.key.startsWith(REPLAYED)) {
          replayed.put(entry.value, entry.key);
        } else {
          pending.put(entry.key, entry.value);
        }
      }
    }
    context = ofTask;
    store = restored;
    handingOn = ofTask.schedule(HAND_ON_EVERY, PunctuationType.WALL_CLOCK_TIME, now -> handOn());
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    Headers headers = record.headers();
    Long seq = Seq.ofKey(record.key());
    String type = TopicRecord.text(headers, EventHeaders.EVENT_TYPE);
    if (seq == null || type == null || record.timestamp() > TIMESTAMP_MAX) {
      return;
    }
    if (headers.lastHeader(EventHeaders.REPLAY) != null) {
      if (record.value() != null && isNew(seq, headers)) {
        count(record, type);
      }
      return;
    }
    time = record.timestamp();
    if (type.equals(EventHeaders.WATERMARK)) {
      raise(seq);
    } else if (record.value() != null && seq > 0) {
      if (seq > watermark) {
        count(record, type);
      } else {
        metrics.uncounted(StatsMetrics.Uncounted.REPEATED, 1);
      }
      raise(TopicRecord.seq(headers, EventHeaders.WATERMARK));
    }
  }

  @Override
  public void close() {
    if (handingOn != null) {
      handingOn.cancel();
      handingOn = null;
    }
  }

  /** Whether a replay is of an event that has not been counted. */
  private boolean isNew(long seq, Headers headers) {
    String label = String.valueOf(TopicRecord.text(headers, EventHeaders.REPLAY));
    if (Replay.of(label) != Replay.NEW || seq > watermark || replayed.containsKey(seq)) {
      metrics.uncounted(StatsMetrics.Uncounted.REPLAYED, 1);
      return false;
    }
    if (replayed.size() >= REPLAYS_KNOWN_MAX) {
      store().delete(replayed.remove(replayed.keySet().iterator().next()));
    }
    replayed.put(seq, REPLAYED + seq);
    store().put(REPLAYED + seq, seq);
    return true;
  }

  private void count(Record<byte[], byte[]> record, String type) {
    String known = TYPE.matcher(type).matches() ? type : OpCount.OTHER;
    String of = minuteOf(record.timestamp());
    add(MinuteCount.key(of, known), 1);
    if (type.equals("commit")) {
      for (OpCount op : ops.read(record.headers(), record.value())) {
        add(MinuteCount.key(of, known, op.collection(), op.action()), op.count());
      }
    }
    metrics.counted();
    if (pending.size() >= PENDING_MAX) {
      handOn();
    }
  }

  private void add(String key, long count) {
    store().put(key, pending.merge(key, count, Long::sum));
  }

  private void raise(long seq) {
    if (seq > watermark && seq <= Seq.MAX) {
      watermark = seq;
      store().put(WATERMARK, seq);
    }
  }

  private String minuteOf(long timestamp) {
    long of = Math.floorDiv(timestamp, MINUTE_MILLIS);
    if (of != minute) {
      minute = of;
      minuteText = Instant.ofEpochMilli(of * MINUTE_MILLIS).toString();
    }
    return minuteText;
  }

  private void handOn() {
    ProcessorContext<String, PartCount> to = context();
    int partition = to.taskId().partition();
    pending.forEach((key, count) -> {
      to.forward(new Record<>(key, new PartCount(partition, count), time));
      store().delete(key);
    });
    pending.clear();
    if (time != toldTime) {
      to.forward(new Record<>("", new PartCount(partition, 0), time));
      store().put(TIME, time);
      toldTime = time;
    }
  }

  private ProcessorContext<String, PartCount> context() {
    return Objects.requireNonNull(context, "init was not called");
  }

  private KeyValueStore<String, Long> store() {
    return Objects.requireNonNull(store, "init was not called");
  }
}
