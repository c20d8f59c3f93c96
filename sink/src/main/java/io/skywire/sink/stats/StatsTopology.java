package io.skywire.sink.stats;

import io.skywire.common.topic.MinuteCount;
import io.skywire.common.topic.Topics;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * What Kafka Streams does with {@code skywire.events}:
 *
 * <pre>{@code
 * skywire.events ─▶ EventCounter (a task a partition) ─▶ parts ─▶ MinuteTotals (one task) ─▶ skywire.stats
 *              └──▶ EventRouter  (a task a partition) ─▶ the routes' topics
 * }</pre>
 *
 * Every name in it is given, since topics are called after them: those must stay what they are.
 */
final class StatsTopology {
  private StatsTopology() {}

  /**
   * @param stats whether to count
   * @param routes none, or where events are sent on to
   * @param partitions of the events' topic
   */
  static Topology of(boolean stats, Routes routes, int partitions, StatsMetrics metrics) {
    StreamsBuilder builder = new StreamsBuilder();
    KStream<byte[], byte[]> events =
        builder.stream(
            Topics.EVENTS,
            Consumed.with(Serdes.ByteArray(), Serdes.ByteArray())
                .withName("events")
                .withTimestampExtractor((record, before) -> Math.max(0, record.timestamp())));
    if (stats) {
      builder.addStateStore(store(EventCounter.STORE));
      builder.addStateStore(store(MinuteTotals.STORE));
      events
          .process(() -> new EventCounter(metrics), Named.as("count"), EventCounter.STORE)
          .repartition(
              Repartitioned.with(Serdes.String(), PartCount.serde())
                  .withName("parts")
                  .withNumberOfPartitions(1))
          .process(
              () -> new MinuteTotals(partitions, MinuteTotals.KEYS_MAX, metrics),
              Named.as("total"),
              MinuteTotals.STORE)
          .to(Topics.STATS, Produced.with(Serdes.String(), countSerde()).withName("stats"));
    }
    if (!routes.isEmpty()) {
      builder.addStateStore(store(EventRouter.STORE));
      events
          .process(() -> new EventRouter(routes, metrics), Named.as("route"), EventRouter.STORE)
          .to(
              (key, value, context) -> key.topic(),
              Produced.with(RoutedKey.serde(), Serdes.ByteArray())
                  .withStreamPartitioner(RoutedKey.partitioner())
                  .withName("routes"));
    }
    return builder.build();
  }

  /** In memory, and in a topic; what changes many times before a commit is written once. */
  private static StoreBuilder<KeyValueStore<String, Long>> store(String name) {
    return Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(name), Serdes.String(), Serdes.Long())
        .withCachingEnabled()
        // Timestamps are those of events: a broker must not refuse one for a clock that is ahead.
        .withLoggingEnabled(
            Map.of(
                TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, Long.toString(Long.MAX_VALUE)));
  }

  private static Serde<MinuteCount> countSerde() {
    return Serdes.serdeFrom(
        (topic, count) -> count.toJson(), (topic, json) -> MinuteCount.fromJson(json));
  }
}
