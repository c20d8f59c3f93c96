package io.skywire.sink.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.skywire.common.settings.Variables;
import io.skywire.common.topic.MinuteCount;
import io.skywire.common.topic.Seq;
import java.io.File;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedPunctuator;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

/**
 * When a transaction fails, Kafka Streams begins a task anew with the same processors: they must
 * then know what was committed, which is what the store has, and nothing else.
 */
class RevivedTaskTest {
  private static final Instant NOON = Instant.parse("2026-07-04T12:00:00Z");
  private static final String KEY = "2026-07-04T12:00:00Z identity";

  private final StatsMetrics metrics = new StatsMetrics(new SimpleMeterRegistry());

  @Test
  void whatAPartitionHasCountedAndNotCommittedIsForgotten() {
    EventCounter counter = new EventCounter(metrics);
    MockProcessorContext<String, PartCount> first = context(EventCounter.STORE, Map.of());
    counter.init(first);
    counter.process(
        record(TestEvents.with(TestEvents.event(5, NOON, "account"), "watermark", "9")));
    counter.process(
        record(TestEvents.with(TestEvents.event(1, NOON, "identity"), "replay", "new")));

    MockProcessorContext<String, PartCount> revived =
        context(EventCounter.STORE, Map.of("watermark", 3L, KEY, 10L));
    counter.init(revived);
    assertThat(first.scheduledPunctuators()).allMatch(CapturedPunctuator::cancelled);
    counter.process(record(TestEvents.event(5, NOON, "identity")));
    counter.process(
        record(TestEvents.with(TestEvents.event(1, NOON, "identity"), "replay", "new")));
    revived.scheduledPunctuators().getFirst().getPunctuator().punctuate(0);
    assertThat(revived.forwarded().stream().<String>map(sent -> sent.record().key()))
        .containsExactly(KEY, "");
    assertThat(revived.forwarded().getFirst().record().value()).isEqualTo(new PartCount(2, 12));
  }

  @Test
  void whatWasSummedUpAndNotCommittedIsForgotten() {
    MinuteTotals totals = new MinuteTotals(1, MinuteTotals.KEYS_MAX, metrics);
    totals.init(context(MinuteTotals.STORE, Map.of()));
    for (int i = 0; i < MinuteTotals.TYPES_MAX; i++) {
      totals.process(
          new Record<>("2026-07-04T12:00:00Z type" + i, new PartCount(0, 1), NOON.toEpochMilli()));
    }
    totals.process(new Record<>("", new PartCount(0, 0), NOON.plusSeconds(9_000).toEpochMilli()));

    MockProcessorContext<String, MinuteCount> revived =
        context(MinuteTotals.STORE, Map.of(KEY, 10L));
    totals.init(revived);
    totals.process(new Record<>(KEY, new PartCount(0, 1), NOON.toEpochMilli()));
    totals.process(
        new Record<>("2026-07-04T12:00:00Z another", new PartCount(0, 1), NOON.toEpochMilli()));
    totals.process(
        new Record<>("2026-07-04T09:00:00Z identity", new PartCount(0, 1), NOON.toEpochMilli()));
    assertThat(keys(revived))
        .containsExactly(KEY, "2026-07-04T12:00:00Z another", "2026-07-04T09:00:00Z identity");
    assertThat(revived.forwarded().getFirst().record().value())
        .isEqualTo(new MinuteCount(NOON, "identity", "", "", 11));
  }

  @Test
  void whatWasSummedUpAndCommittedIsKnownAgain() {
    Map<String, Long> committed = new HashMap<>();
    for (int i = 0; i < MinuteTotals.TYPES_MAX; i++) {
      committed.put("2026-07-04T12:00:00Z type" + i, 1L);
    }
    committed.put("time 0", NOON.minusSeconds(3_600).toEpochMilli());
    MinuteTotals totals = new MinuteTotals(1, MinuteTotals.KEYS_MAX, metrics);
    MockProcessorContext<String, MinuteCount> revived = context(MinuteTotals.STORE, committed);
    totals.init(revived);
    totals.process(
        new Record<>("2026-07-04T12:00:00Z another", new PartCount(0, 1), NOON.toEpochMilli()));
    totals.process(
        new Record<>("2026-07-04T08:59:00Z identity", new PartCount(0, 1), NOON.toEpochMilli()));
    assertThat(keys(revived)).containsExactly("2026-07-04T12:00:00Z other");
  }

  @Test
  void whoHasAllKeysThatThereMayBeTakesMoreOpsAsOthersUntilMinutesAreForgotten() {
    Map<String, Long> committed =
        Map.of(
            "2026-07-04T11:58:00Z commit a.b.c create",
            1L,
            "2026-07-04T11:59:00Z commit a.b.c create",
            1L);
    String last = "2026-07-04T12:00:00Z commit a.b.c create";
    MinuteTotals totals = new MinuteTotals(1, 3, metrics);
    MockProcessorContext<String, MinuteCount> context = context(MinuteTotals.STORE, committed);
    totals.init(context);
    totals.process(new Record<>(last, new PartCount(0, 1), 0));
    totals.process(
        new Record<>("2026-07-04T12:00:00Z commit x.y.z update", new PartCount(0, 1), 0));
    totals.process(new Record<>(last, new PartCount(0, 1), 0));
    context.setCurrentSystemTimeMs(NOON.plusSeconds(7_200).toEpochMilli());
    totals.process(new Record<>("", new PartCount(0, 0), NOON.plusSeconds(7_200).toEpochMilli()));
    totals.process(
        new Record<>("2026-07-04T12:00:00Z commit x.y.z delete", new PartCount(0, 1), 0));
    assertThat(keys(context))
        .containsExactly(
            last,
            "2026-07-04T12:00:00Z commit other other",
            last,
            "2026-07-04T12:00:00Z commit x.y.z delete");
  }

  /** A watermark that was not committed may have been beyond events that are sent on again. */
  @Test
  void whatARouteWasToldAndWasNotCommittedIsToldAgain() {
    EventRouter router =
        new EventRouter(
            Routes.from(new Variables(Map.of("SKYWIRE_ROUTES", "a.b.c=team"))), metrics);
    MockProcessorContext<RoutedKey, byte[]> first = context(EventRouter.STORE, Map.of());
    router.init(first);
    router.process(record(TestEvents.watermark(9, NOON)));
    first.scheduledPunctuators().getFirst().getPunctuator().punctuate(0);
    assertThat(watermarks(first)).containsExactly(9L);

    MockProcessorContext<RoutedKey, byte[]> revived =
        context(EventRouter.STORE, Map.of("watermark", 7L, "time", NOON.toEpochMilli()));
    router.init(revived);
    assertThat(first.scheduledPunctuators()).allMatch(CapturedPunctuator::cancelled);
    revived.scheduledPunctuators().getFirst().getPunctuator().punctuate(0);
    assertThat(watermarks(revived)).containsExactly(7L);
  }

  private static List<String> keys(MockProcessorContext<String, MinuteCount> context) {
    return context.forwarded().stream().<String>map(sent -> sent.record().key()).toList();
  }

  private static List<Long> watermarks(MockProcessorContext<RoutedKey, byte[]> context) {
    return context.forwarded().stream()
        .<RoutedKey>map(sent -> sent.record().key())
        .map(key -> Seq.ofKey(key.key()))
        .toList();
  }

  private static Record<byte[], byte[]> record(TestRecord<byte[], byte[]> record) {
    return new Record<>(record.key(), record.value(), record.timestamp(), record.headers());
  }

  private static <K, V> MockProcessorContext<K, V> context(
      String storeName, Map<String, Long> entries) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
    MockProcessorContext<K, V> context =
        new MockProcessorContext<>(properties, new TaskId(0, 2), new File("target"));
    context.setCurrentSystemTimeMs(NOON.toEpochMilli());
    KeyValueStore<String, Long> store =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(storeName), Serdes.String(), Serdes.Long())
            .withLoggingDisabled()
            .build();
    store.init(context.getStateStoreContext(), store);
    context.addStateStore(store);
    entries.forEach(store::put);
    return context;
  }
}
