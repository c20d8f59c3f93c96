package io.skywire.sink.stats;

import static io.skywire.sink.stats.TestEvents.commit;
import static io.skywire.sink.stats.TestEvents.event;
import static io.skywire.sink.stats.TestEvents.json;
import static io.skywire.sink.stats.TestEvents.watermark;
import static io.skywire.sink.stats.TestEvents.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.skywire.common.settings.Variables;
import io.skywire.common.topic.Gap;
import io.skywire.common.topic.MinuteCount;
import io.skywire.common.topic.Seq;
import io.skywire.common.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The topology on one partition, its clock the test's. */
class StatsTopologyTest {
  private static final Instant NOON = Instant.parse("2026-07-04T12:00:00Z");
  private static final String MINUTE = "2026-07-04T12:00:00Z ";

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private @Nullable TopologyTestDriver driver;
  private long seq;

  @AfterEach
  void stop() {
    if (driver != null) {
      driver.close();
    }
  }

  @Test
  void anEventIsOneAndEachOfItsOpsIsOne() {
    start("");
    send(commit(++seq, NOON, "create app.bsky.feed.post,create app.bsky.feed.like 2"));
    send(commit(++seq, NOON.plusSeconds(59), "create app.bsky.feed.post"));
    send(commit(++seq, NOON.plusSeconds(59), ""));
    send(event(++seq, NOON, "identity"));
    send(commit(++seq, NOON.plusSeconds(60), "delete app.bsky.feed.post"));
    assertThat(counts())
        .containsOnly(
            Map.entry(MINUTE + "commit", 3L),
            Map.entry(MINUTE + "commit app.bsky.feed.post create", 2L),
            Map.entry(MINUTE + "commit app.bsky.feed.like create", 2L),
            Map.entry(MINUTE + "identity", 1L),
            Map.entry("2026-07-04T12:01:00Z commit", 1L),
            Map.entry("2026-07-04T12:01:00Z commit app.bsky.feed.post delete", 1L));
    assertThat(registry.get("skywire.sink.stats.events").counter().count()).isEqualTo(5);
  }

  @Test
  void aCountIsToldAgainAsItGrowsWithItsMinuteAsTimestamp() {
    start("");
    send(event(++seq, NOON.plusSeconds(3), "identity"));
    driver().advanceWallClockTime(Duration.ofSeconds(3));
    send(event(++seq, NOON.plusSeconds(4), "identity"));
    send(event(++seq, NOON.plusSeconds(5), "identity"));
    driver().advanceWallClockTime(Duration.ofSeconds(3));
    List<TestRecord<String, byte[]>> told = stats().readRecordsToList();
    assertThat(told.stream().map(record -> MinuteCount.fromJson(record.value()).count()))
        .containsExactly(1L, 3L);
    assertThat(told)
        .allSatisfy(record -> {
          assertThat(record.key()).isEqualTo(MINUTE + "identity");
          assertThat(record.timestamp()).isEqualTo(NOON.toEpochMilli());
        });
    assertThat(new String(told.getFirst().value(), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"minute\":\"2026-07-04T12:00:00Z\",\"event_type\":\"identity\",\"collection\":\"\","
                + "\"action\":\"\",\"count\":1}");
  }

  @Test
  void whatIsNoEventIsNotCounted() {
    start("");
    send(event(0, NOON, "commit"));
    send(watermark(1, NOON));
    RecordHeaders gap = new RecordHeaders();
    new Gap("relay", 5, 9, "gone", NOON).addTo(gap);
    send(new TestRecord<>(Seq.toKey(5), null, gap, NOON.toEpochMilli()));
    send(new TestRecord<>(new byte[3], new byte[2], new RecordHeaders(), NOON.toEpochMilli()));
    send(new TestRecord<>(Seq.toKey(9), new byte[2], new RecordHeaders(), NOON.toEpochMilli()));
    send(new TestRecord<>(null, null, new RecordHeaders(), NOON.toEpochMilli()));
    assertThat(counts()).isEmpty();
  }

  @Test
  void aCommitWithoutTheHeaderIsCountedByItsJson() {
    start("");
    send(
        json(
            commit(++seq, NOON, null),
            """
            {"seq":1,"event_type":"commit","repo":"did:plc:a","ops":[{"action":"delete"}],
             "record":{"rev":"x","nested":{"ops":[1,{"record":[]}]},"ops":[
              {"action":"create","path":"a.b.c/1","collection":"a.b.c","record":{"action":"delete","collection":"x.y.z"}},
              {"action":"update","path":"a.b.c/1","collection":"a.b.c","cid":null,"record":[{"action":"delete"}]},
              {"action":"create","path":"no path","error":"path: …"},
              {"action":"explode","collection":"a.b.c"}]}}
            """));
    send(json(commit(++seq, NOON, null), "{\"record\":{\"ops\":7}}"));
    send(json(commit(++seq, NOON, null), "no JSON"));
    send(json(commit(++seq, NOON, null), "[{\"action\":\"create\",\"collection\":\"x.y.z\"}]"));
    assertThat(counts())
        .containsOnly(
            Map.entry(MINUTE + "commit", 4L),
            Map.entry(MINUTE + "commit a.b.c create", 1L),
            Map.entry(MINUTE + "commit a.b.c update", 1L),
            Map.entry(MINUTE + "commit other create", 1L),
            Map.entry(MINUTE + "commit a.b.c other", 1L));
  }

  @Test
  void whatAnOperatorHasRepeatedCountsOnce() {
    start("");
    send(with(event(10, NOON, "identity"), "watermark", "11"));
    send(event(10, NOON, "identity"));
    send(event(11, NOON, "identity"));
    send(event(12, NOON, "identity"));
    send(watermark(20, NOON));
    send(event(12, NOON, "identity"));
    send(event(20, NOON, "identity"));
    send(event(21, NOON, "identity"));
    assertThat(counts()).containsOnly(Map.entry(MINUTE + "identity", 3L));
    assertThat(uncounted("repeated")).isEqualTo(4);
  }

  @Test
  void ofReplaysThoseCountThatNobodyHasSeen() {
    start("");
    send(watermark(100, NOON));
    send(with(commit(7, NOON, "create a.b.c"), "replay", "new"));
    // PostgreSQL has refused it, and it was replayed once more.
    send(with(commit(7, NOON, "create a.b.c"), "replay", "new"));
    send(with(commit(8, NOON, "create a.b.c"), "replay", "replaces"));
    send(with(commit(9, NOON, "create a.b.c"), "replay", "repeats"));
    send(with(commit(10, NOON, "create a.b.c"), "replay", "whatever"));
    send(with(commit(100, NOON, "create a.b.c"), "replay", "new"));
    // It will come in its turn.
    send(with(commit(101, NOON, "create a.b.c"), "replay", "new"));
    assertThat(counts())
        .containsOnly(
            Map.entry(MINUTE + "commit", 2L), Map.entry(MINUTE + "commit a.b.c create", 2L));
    assertThat(uncounted("replayed")).isEqualTo(5);
  }

  @Test
  void aMinuteCountsForTwoHoursOfThePartitionsTime() {
    start("");
    driver().advanceWallClockTime(Duration.ofHours(5));
    send(event(++seq, NOON, "identity"));
    send(event(++seq, NOON.plus(Duration.ofMinutes(119)), "identity"));
    assertThat(counts()).hasSize(2);
    send(with(event(++seq, NOON.plusSeconds(1), "identity"), "watermark", "" + seq));
    assertThat(counts()).containsOnly(Map.entry(MINUTE + "identity", 2L));
    send(event(++seq, NOON.plus(Duration.ofHours(2)), "identity"));
    counts();
    send(with(event(++seq, NOON.plusSeconds(1), "identity"), "watermark", "" + seq));
    assertThat(counts()).containsOnly(Map.entry(MINUTE + "identity", 3L));
    send(event(++seq, NOON.plus(Duration.ofMinutes(121)), "identity"));
    counts();
    send(watermark(seq, NOON.plus(Duration.ofMinutes(121))));
    send(with(event(1, NOON.plusSeconds(1), "identity"), "replay", "new"));
    assertThat(counts()).isEmpty();
    assertThat(uncounted("late")).isEqualTo(1);
    assertThat(keys(MinuteTotals.STORE)).noneMatch(key -> key.startsWith(MINUTE));
  }

  /** So that it is neither counted for ever nor takes the minutes of others away. */
  @Test
  void aClockThatIsFarAheadCountsNothing() {
    start("");
    send(event(++seq, NOON, "identity"));
    send(event(++seq, NOON.plus(Duration.ofMinutes(59)), "account"));
    send(event(++seq, NOON.plus(Duration.ofDays(300)), "identity"));
    counts();
    send(event(++seq, NOON, "identity"));
    assertThat(counts()).containsOnly(Map.entry(MINUTE + "identity", 2L));
    assertThat(uncounted("ahead")).isEqualTo(1);
  }

  @Test
  void namesThatAreMadeUpCountAsOther() {
    start("");
    int collections = MinuteTotals.COLLECTIONS_MAX + 700;
    for (int i = 0; i < collections; i++) {
      send(commit(++seq, NOON, "create made.up.n" + i));
    }
    for (int i = 0; i < 30; i++) {
      send(event(++seq, NOON, "type" + i));
    }
    send(event(++seq, NOON, "no type\n"));
    Map<String, Long> counts = counts();
    assertThat(counts).containsEntry(MINUTE + "commit", (long) collections);
    assertThat(counts).containsEntry(MINUTE + "commit other create", 700L);
    assertThat(counts.keySet().stream().filter(key -> key.contains("made.up")))
        .hasSize(MinuteTotals.COLLECTIONS_MAX);
    assertThat(counts).containsEntry(MINUTE + "other", 31L - MinuteTotals.TYPES_MAX);
    send(commit(++seq, NOON.plusSeconds(60), "create made.up.another"));
    assertThat(counts()).containsKey("2026-07-04T12:01:00Z commit made.up.another create");
  }

  @Test
  void soManyNamesAreHandedOnBeforeTheirTime() {
    start("");
    send(
        commit(
            ++seq,
            NOON,
            IntStream.range(0, 2_000)
                .mapToObj(i -> "create made.up.n" + i)
                .collect(Collectors.joining(","))));
    assertThat(stats().isEmpty()).isFalse();
  }

  /** What is not in them would be lost with the process. */
  @Test
  void theStoresHaveWhatHasNotBeenToldYet() {
    start("");
    send(watermark(4, NOON));
    send(commit(5, NOON, "create a.b.c 3"));
    send(with(event(3, NOON, "identity"), "replay", "new"));
    assertThat(store(EventCounter.STORE))
        .containsEntry(MINUTE + "commit", 1L)
        .containsEntry(MINUTE + "commit a.b.c create", 3L)
        .containsEntry("watermark", 4L)
        .containsEntry("replayed 3", 3L);
    counts();
    assertThat(store(EventCounter.STORE))
        .doesNotContainKey(MINUTE + "commit")
        .containsEntry("time", NOON.toEpochMilli());
    assertThat(store(MinuteTotals.STORE))
        .containsEntry(MINUTE + "commit a.b.c create", 3L)
        .containsEntry("time 0", NOON.toEpochMilli());
  }

  @Test
  void aRouteGetsEventsOfItsCollectionsAsTheyAre() {
    start("app.bsky.feed.*=feed,app.bsky.graph.follow=graph,app.bsky.feed.like=graph");
    TestRecord<byte[], byte[]> like = routed(1, "app.bsky.feed.like,app.bsky.graph.follow");
    TestRecord<byte[], byte[]> follow = routed(2, "x.y.z,app.bsky.graph.follow");
    send(like);
    send(follow);
    send(routed(3, "app.bsky.feedback.like"));
    send(event(4, NOON, "identity"));
    List<TestRecord<byte[], byte[]>> feed = route("feed");
    List<TestRecord<byte[], byte[]>> graph = route("graph");
    assertThat(seqs(feed)).containsExactly(1L);
    assertThat(seqs(graph)).containsExactly(1L, 2L);
    assertThat(feed.getFirst().value()).isEqualTo(like.value());
    assertThat(feed.getFirst().timestamp()).isEqualTo(like.timestamp());
    assertThat(feed.getFirst().headers()).isEqualTo(like.headers());
    assertThat(registry.get("skywire.sink.routed.events").counter().count()).isEqualTo(3);
  }

  @Test
  void eachRouteIsToldUpToWhereItIsComplete() {
    start("app.bsky.feed.*=feed,app.bsky.graph.follow=graph");
    send(routed(1, "app.bsky.feed.like"));
    send(with(event(2, NOON, "identity"), "watermark", "2"));
    send(watermark(7, NOON.plusSeconds(1)));
    RecordHeaders gap = new RecordHeaders();
    new Gap("relay", 7, 9, "gone", NOON).addTo(gap);
    send(new TestRecord<>(Seq.toKey(7), null, gap, NOON.toEpochMilli()));
    driver().advanceWallClockTime(Duration.ofSeconds(1));
    driver().advanceWallClockTime(Duration.ofSeconds(1));
    for (String topic : List.of("feed", "graph")) {
      List<TestRecord<byte[], byte[]>> told =
          route(topic).stream().filter(record -> record.value() == null).toList();
      assertThat(seqs(told)).as(topic).containsExactly(7L, 7L);
      assertThat(text(told.getFirst(), "event_type")).isEqualTo("gap");
      assertThat(text(told.getFirst(), "to_seq")).isEqualTo("9");
      assertThat(text(told.getLast(), "event_type")).isEqualTo("watermark");
      assertThat(told.getLast().timestamp()).isEqualTo(NOON.plusSeconds(1).toEpochMilli());
    }
  }

  @Test
  void theWatermarkOfAnEventIsToldAndKept() {
    start("app.bsky.feed.*=feed");
    send(with(event(2, NOON, "identity"), "watermark", "2"));
    driver().advanceWallClockTime(Duration.ofSeconds(1));
    assertThat(seqs(route("feed"))).containsExactly(2L);
    assertThat(store(EventRouter.STORE))
        .containsOnly(Map.entry("watermark", 2L), Map.entry("time", NOON.toEpochMilli()));
  }

  private static TestRecord<byte[], byte[]> routed(long seq, String collections) {
    return with(commit(seq, NOON, "create a.b.c"), "collections", collections);
  }

  private void start(String routes) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
    driver =
        new TopologyTestDriver(
            StatsTopology.of(
                true,
                Routes.from(new Variables(Map.of("SKYWIRE_ROUTES", routes))),
                1,
                new StatsMetrics(registry)),
            properties,
            NOON);
  }

  private TopologyTestDriver driver() {
    return Objects.requireNonNull(driver);
  }

  private void send(TestRecord<byte[], byte[]> record) {
    TestInputTopic<byte[], byte[]> events =
        driver()
            .createInputTopic(Topics.EVENTS, new ByteArraySerializer(), new ByteArraySerializer());
    events.pipeInput(record);
  }

  /** What has been told since the last time, of each key the last. */
  private Map<String, Long> counts() {
    driver().advanceWallClockTime(Duration.ofSeconds(3));
    Map<String, Long> counts = new HashMap<>();
    for (TestRecord<String, byte[]> record : stats().readRecordsToList()) {
      MinuteCount count = MinuteCount.fromJson(record.value());
      assertThat(count.key()).isEqualTo(record.key());
      counts.put(record.key(), count.count());
    }
    return counts;
  }

  private TestOutputTopic<String, byte[]> stats() {
    return driver()
        .createOutputTopic(Topics.STATS, new StringDeserializer(), new ByteArrayDeserializer());
  }

  private List<TestRecord<byte[], byte[]>> route(String topic) {
    return driver()
        .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
        .readRecordsToList();
  }

  private Map<String, Long> store(String name) {
    Map<String, Long> entries = new HashMap<>();
    try (var all = driver().<String, Long>getKeyValueStore(name).all()) {
      all.forEachRemaining(entry -> entries.put(entry.key, entry.value));
    }
    return entries;
  }

  private List<String> keys(String store) {
    return List.copyOf(store(store).keySet());
  }

  private double uncounted(String reason) {
    return registry.get("skywire.sink.stats.uncounted").tag("reason", reason).counter().count();
  }

  private static List<Long> seqs(List<TestRecord<byte[], byte[]>> records) {
    return records.stream().map(record -> Objects.requireNonNull(Seq.ofKey(record.key()))).toList();
  }

  private static String text(TestRecord<byte[], byte[]> record, String header) {
    return new String(record.headers().lastHeader(header).value(), StandardCharsets.UTF_8);
  }
}
