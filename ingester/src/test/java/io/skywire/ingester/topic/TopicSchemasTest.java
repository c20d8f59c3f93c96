package io.skywire.ingester.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.topic.DeadLetterCounts;
import io.skywire.common.topic.Gap;
import io.skywire.common.topic.IngesterStatus;
import io.skywire.common.topic.MinuteCount;
import io.skywire.common.topic.Topics;
import io.skywire.embedded.relay.CommitFrame;
import io.skywire.embedded.relay.FrameBytes;
import io.skywire.ingester.atproto.Corpus;
import io.skywire.ingester.atproto.TestFrames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Whatever the ingester produces is as its schema says, and nothing of it is untold. */
class TopicSchemasTest {
  private static final Set<String> KNOWN = Set.of("commit", "identity", "account", "sync");

  @ParameterizedTest
  @ValueSource(strings = {"relay-2026-07-04/frames.bin.zst", "pds/frames.bin.zst"})
  void capturedFramesBecomeWhatTheSchemasSay(String capture) throws Exception {
    List<byte[]> frames = Corpus.frames(capture);
    assertThat(check(Produced.of(frames, null))).hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  void soDoTheSimulators() throws Exception {
    Produced produced = Produced.of(TestFrames.simulated(3_000), null);
    assertThat(produced.events()).hasSize(3_000);
    assertThat(check(produced)).containsExactlyInAnyOrderElementsOf(KNOWN);
  }

  /** Most become dead letters, some events that nobody would have thought of. */
  @Test
  void soDoBrokenOnes() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    List<byte[]> broken = new ArrayList<>();
    for (byte[] frame : TestFrames.simulated(100)) {
      for (int i = 0; i < 30; i++) {
        byte[] copy = frame.clone();
        copy[random.nextInt(copy.length)] = (byte) random.nextInt(256);
        broken.add(copy);
      }
    }
    Produced produced = Produced.of(broken, null);
    check(produced);
    assertThat(produced.events()).hasSizeGreaterThan(300);
    assertThat(produced.of(Topics.DEAD_LETTERS)).hasSizeGreaterThan(300);
  }

  @Test
  void soDoFlawedOpsAndTypesThatNobodyKnows() throws Exception {
    Map<String, Object> nobody = new HashMap<>(Map.of("seq", 4, "a", List.of(1)));
    nobody.put("time", null);
    Produced produced =
        Produced.of(
            List.of(
                new CommitFrame()
                    .seq(1)
                    .repo("did:plc:alice")
                    .create("a.b.c/one", Map.of("text", "hello"))
                    .create("no path", Map.of("text", "hello"))
                    .createWithoutBlock("a.b.d/two", Map.of())
                    .delete("a.b.c/three")
                    .bytes(),
                new CommitFrame().seq(2).repo("did:plc:alice").tooBig().bytes(),
                FrameBytes.message(
                    "#handle",
                    Map.of("seq", 3, "did", "did:plc:alice", "handle", "a.example", "time", "?")),
                FrameBytes.message("#Nobody", nobody)),
            null);
    assertThat(check(produced)).containsExactlyInAnyOrder("commit", "handle", "Nobody");
    assertThat(produced.events()).hasSize(4);
    assertThat(produced.of(Topics.DEAD_LETTERS)).hasSize(1);
  }

  @Test
  void aGapIsInItsHeaders() throws Exception {
    Gap gap = new Gap(Produced.RELAY, 10, 21, "the relay leapt", Produced.NOON);
    Produced produced = Produced.of(List.of(), gap);
    List<JsonNode> gaps =
        produced.of(Topics.EVENTS).stream()
            .<JsonNode>map(Produced::headers)
            .filter(headers -> headers.path("event_type").asString().equals("gap"))
            .toList();
    assertThat(gaps).hasSize(6);
    gaps.forEach(headers -> TopicDocuments.requireValid(TopicDocuments.schema("gap"), headers));
  }

  @Test
  void aStatusIsWhatItsSchemaSays() {
    IngesterStatus none =
        new IngesterStatus("r", false, null, null, 0, "cannot connect", Produced.NOON, null);
    IngesterStatus one =
        new IngesterStatus(
            "r",
            true,
            Produced.NOON.plusNanos(1),
            7L,
            1.5,
            null,
            Produced.NOON.plusMillis(12),
            new DeadLetterCounts(Produced.NOON, null, Map.of()));
    IngesterStatus other =
        new IngesterStatus(
            "r",
            true,
            null,
            7L,
            0,
            null,
            Produced.NOON,
            new DeadLetterCounts(Produced.NOON, Produced.NOON, Map.of("malformed", 3L)));
    for (IngesterStatus status : List.of(none, one, other)) {
      TopicDocuments.requireValid(
          TopicDocuments.schema("status"), Corpus.JSON.readTree(status.toJson()));
    }
  }

  @Test
  void aCountIsWhatItsSchemaSays() {
    for (MinuteCount count :
        List.of(
            new MinuteCount(Produced.NOON, "commit", "", "", 1),
            new MinuteCount(Produced.NOON, "commit", "a.b.c", "create", 7),
            new MinuteCount(Produced.NOON, "other", "other", "other", Long.MAX_VALUE))) {
      TopicDocuments.requireValid(
          TopicDocuments.schema("count"), Corpus.JSON.readTree(count.toJson()));
      assertThat(MinuteCount.fromJson(count.toJson())).isEqualTo(count);
      assertThat(MinuteCount.ofKey(count.key(), count.count())).isEqualTo(count);
      assertThat(count.key())
          .matches(
              TopicDocuments.ASYNC_API
                  .at("/components/messages/count/bindings/kafka/key/pattern")
                  .asString());
    }
  }

  /** Answers with the types of the events. */
  private static Set<String> check(Produced produced) {
    Set<String> types = new TreeSet<>();
    for (ProducerRecord<byte[], byte[]> record : produced.events()) {
      JsonNode event = Produced.json(record);
      JsonNode headers = Produced.headers(record);
      String type = event.get("event_type").asString();
      TopicDocuments.requireValid(TopicDocuments.schema("event"), event);
      TopicDocuments.requireValid(
          TopicDocuments.schema(KNOWN.contains(type) ? type : "other"), event);
      TopicDocuments.requireValid(TopicDocuments.inline("eventHeaders"), headers);
      types.add(type);
    }
    for (ProducerRecord<byte[], byte[]> record : produced.of(Topics.DEAD_LETTERS)) {
      TopicDocuments.requireValid(
          TopicDocuments.inline("frameLetterHeaders"), Produced.headers(record));
    }
    for (ProducerRecord<byte[], byte[]> record : produced.of(Topics.CURSOR)) {
      TopicDocuments.requireValid(TopicDocuments.schema("cursor"), Produced.json(record));
    }
    return types;
  }
}
