package io.skywire.sink.stats;

import io.skywire.common.topic.EventHeaders;
import io.skywire.common.topic.Seq;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Sends one partition's events on to the topics of their collections, as they are, and tells each
 * topic up to where it is complete: gaps at once, the watermark when it has risen, a few times a
 * second, since every transaction of the ingester raises it. Events that the topic repeats are
 * repeated. One thread.
 */
final class EventRouter implements Processor<byte[], byte[], RoutedKey, byte[]> {
  static final String STORE = "router";

  private static final Duration WATERMARK_EVERY = Duration.ofMillis(250);
  private static final String WATERMARK = "watermark";
  private static final String TIME = "time";

  /** Nearly all headers are one of a few hundred. */
  private static final int KNOWN_MAX = 2_000;

  private static final int KNOWN_CHARACTERS_MAX = 200;

  private final Routes routes;
  private final StatsMetrics metrics;
  private final Map<String, List<String>> known = new HashMap<>();
  private @Nullable ProcessorContext<RoutedKey, byte[]> context;
  private @Nullable KeyValueStore<String, Long> store;
  private @Nullable Cancellable telling;
  private long watermark = -1;
  private long time;

  /** Not kept: it is told again after a restart, which says nothing new. */
  private long told = -1;

  EventRouter(Routes routes, StatsMetrics metrics) {
    this.routes = routes;
    this.metrics = metrics;
  }

  /** Also begins anew: what was not committed, Kafka Streams reads again. */
  @Override
  public void init(ProcessorContext<RoutedKey, byte[]> ofTask) {
    close();
    watermark = -1;
    time = 0;
    told = -1;
    KeyValueStore<String, Long> restored = ofTask.getStateStore(STORE);
    Long lastWatermark = restored.get(WATERMARK);
    Long lastTime = restored.get(TIME);
    if (lastWatermark != null && lastTime != null) {
      watermark = lastWatermark;
      time = lastTime;
    }
    context = ofTask;
    store = restored;
    telling =
        ofTask.schedule(WATERMARK_EVERY, PunctuationType.WALL_CLOCK_TIME, now -> tellWatermark());
  }

  @Override
  public void close() {
    if (telling != null) {
      telling.cancel();
      telling = null;
    }
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    Headers headers = record.headers();
    Long seq = Seq.ofKey(record.key());
    String type = TopicRecord.text(headers, EventHeaders.EVENT_TYPE);
    if (seq == null || type == null) {
      return;
    }
    switch (type) {
      case EventHeaders.GAP -> routes.topics().forEach(topic -> send(record, topic));
      case EventHeaders.WATERMARK -> raise(seq, record.timestamp());
      default -> {
        String collections = TopicRecord.text(headers, EventHeaders.COLLECTIONS);
        if (collections != null && record.value() != null) {
          List<String> topics = topicsOf(collections);
          topics.forEach(topic -> send(record, topic));
          metrics.routed(topics.size());
        }
        raise(TopicRecord.seq(headers, EventHeaders.WATERMARK), record.timestamp());
      }
    }
  }

  private List<String> topicsOf(String collections) {
    List<String> topics = known.get(collections);
    if (topics == null) {
      topics = routes.topicsOf(collections);
      if (collections.length() <= KNOWN_CHARACTERS_MAX) {
        if (known.size() >= KNOWN_MAX) {
          known.clear();
        }
        known.put(collections, topics);
      }
    }
    return topics;
  }

  private void raise(long seq, long timestamp) {
    if (seq > watermark && seq <= Seq.MAX) {
      watermark = seq;
      time = timestamp;
      Objects.requireNonNull(store).put(WATERMARK, seq);
      Objects.requireNonNull(store).put(TIME, timestamp);
    }
  }

  private void tellWatermark() {
    if (watermark <= told) {
      return;
    }
    Headers headers =
        new RecordHeaders()
            .add(EventHeaders.EVENT_TYPE, EventHeaders.WATERMARK.getBytes(StandardCharsets.UTF_8));
    for (String topic : routes.topics()) {
      send(new Record<>(Seq.toKey(watermark), null, time, headers), topic);
    }
    told = watermark;
  }

  private void send(Record<byte[], byte[]> record, String topic) {
    ProcessorContext<RoutedKey, byte[]> to = Objects.requireNonNull(context);
    to.forward(record.withKey(new RoutedKey(topic, to.taskId().partition(), record.key())));
  }
}
