package io.skywire.embedded.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Reads generated frames back with Jackson, and holds them against the protocol. */
class FrameGeneratorTest {
  private static final Instant NOW = Instant.parse("2026-07-04T14:38:09Z");
  private static final int EVENTS = 4_000;

  @Test
  void sameSeedMakesTheSameFrames() {
    FrameGenerator one = new FrameGenerator(7);
    FrameGenerator other = new FrameGenerator(7);
    FrameGenerator another = new FrameGenerator(8);

    for (int i = 0; i < EVENTS; i++) {
      byte[] frame = one.next(NOW).frame();
      assertThat(other.next(NOW).frame()).isEqualTo(frame);
      assertThat(another.next(NOW).frame()).isNotEqualTo(frame);
    }
  }

  @Test
  void goesOnInTheMiddleOfAnEpochAsIfNeverStopped() {
    int stopped = SeqNumbers.EVENTS_AN_EPOCH + 1_234;
    FrameGenerator steady = new FrameGenerator(7);
    for (int i = 0; i < stopped; i++) {
      steady.next(NOW.minusSeconds(i));
    }

    FrameGenerator restarted = new FrameGenerator(7);
    restarted.startAfter(stopped);

    for (int i = 0; i < 500; i++) {
      assertThat(restarted.next(NOW).frame()).isEqualTo(steady.next(NOW).frame());
    }
  }

  @Test
  void oneFrameInSoManyIsHostileAndMadeAgainTheSame() {
    int stopped = 1_234;
    FrameGenerator steady = new FrameGenerator(7, 50);
    for (int i = 0; i < stopped; i++) {
      steady.next(NOW);
    }
    FrameGenerator restarted = new FrameGenerator(7, 50);
    restarted.startAfter(stopped);
    Map<String, Integer> reasons = new TreeMap<>();
    List<Long> events = new ArrayList<>();

    for (int i = stopped; i < EVENTS; i++) {
      SimulatedEvent made = restarted.next(NOW);
      assertThat(made.frame()).isEqualTo(steady.next(NOW).frame());
      assertThat(made.seq()).isEqualTo(SeqNumbers.seq(7, i));
      if (made.reason() == null) {
        events.add(made.seq());
      } else {
        reasons.merge(made.reason(), 1, Integer::sum);
      }
    }

    System.out.println("hostile frames: " + reasons);
    assertThat(reasons).containsOnlyKeys("malformed", "invalid_did", "unknown_op", "unknown_type");
    assertThat(reasons.values().stream().mapToInt(Integer::intValue).sum()).isBetween(25, 100);
    List<Long> sent = new ArrayList<>();
    SentOps.each(
        SimulatorSettings.defaults().withSeed(7).withHostileOneIn(50),
        EVENTS,
        event -> sent.add(event.seq()));
    assertThat(sent).endsWith(events.toArray(Long[]::new));
  }

  @Test
  void seqsBeginAtOneAndSkipOneInFiveHundred() {
    List<Long> seqs = new ArrayList<>();
    for (int i = 0; i < 4_990; i++) {
      seqs.add(SeqNumbers.seq(7, i));
    }

    assertThat(seqs).startsWith(1L).isSorted().doesNotHaveDuplicates();
    assertThat(seqs.getLast()).isBetween(4_999L, 5_000L);
  }

  @Test
  void everyCommitProvesItsOpsAndFollowsTheLastOne() {
    FrameGenerator generator = new FrameGenerator(7);
    Map<String, String> revs = new HashMap<>();
    Map<String, String> roots = new HashMap<>();
    Map<String, Map<String, @Nullable String>> repos = new HashMap<>();
    // The nodes of all trees, as a consumer that keeps every block would have them.
    Map<String, byte[]> store = new HashMap<>();

    for (int i = 0; i < EVENTS; i++) {
      SimulatedEvent event = generator.next(NOW);
      DecodedFrame frame = DecodedFrame.of(event.frame());
      assertThat(frame.seq()).isEqualTo(event.seq());
      assertThat(frame.header().propertyNames()).containsExactly("t", "op");
      if (!frame.type().equals("#commit")) {
        continue;
      }
      JsonNode body = frame.body();
      String repo = body.path("repo").stringValue();
      Map<String, byte[]> blocks = frame.blocks();
      store.putAll(blocks);
      JsonNode commit = block("", blocks);
      String rev = body.path("rev").stringValue();
      String root = DecodedFrame.link(commit.path("data"));

      assertThat(blocks).containsKey(DecodedFrame.link(body.path("commit")));
      assertThat(commit.path("did").stringValue()).isEqualTo(repo);
      assertThat(commit.path("rev").stringValue()).isEqualTo(rev);
      assertThat(commit.path("version").intValue()).isEqualTo(3);
      assertThat(commit.path("sig").binaryValue()).hasSize(64);
      String before = revs.put(repo, rev);
      assertThat(body.path("since").stringValue(null)).isEqualTo(before);
      assertThat(before == null || before.compareTo(rev) < 0).isTrue();
      String rootBefore = roots.put(repo, root);
      assertThat(body.has("prevData")).isEqualTo(rootBefore != null);
      if (rootBefore != null) {
        assertThat(DecodedFrame.link(body.path("prevData"))).isEqualTo(rootBefore);
      }

      Map<String, @Nullable String> expected = repos.computeIfAbsent(repo, r -> new TreeMap<>());
      for (JsonNode op : body.path("ops")) {
        String path = op.path("path").stringValue();
        String cid = DecodedFrame.link(op.path("cid"));
        String prev = op.has("prev") ? DecodedFrame.link(op.path("prev")) : null;
        if (cid == null) {
          assertThat(op.path("action").stringValue()).isEqualTo("delete");
          assertThat(expected.remove(path)).isNotNull().isEqualTo(prev);
        } else {
          assertThat(blocks).containsKey(cid);
          assertThat(expected.put(path, cid)).isEqualTo(prev);
        }
      }
      if (i % 40 == 0) { // a walk through the whole tree
        assertThat(leaves(root, store)).isEqualTo(expected);
      }
      // All that the commit changed is in its own blocks.
      for (JsonNode op : body.path("ops")) {
        String path = op.path("path").stringValue();
        assertThat(find(path, root, blocks)).isEqualTo(expected.get(path));
      }
    }
    assertThat(repos).hasSizeGreaterThan(30);
  }

  @Test
  void framesAreCanonical() {
    FrameGenerator generator = new FrameGenerator(9);
    for (int i = 0; i < 2_000; i++) {
      DecodedFrame frame = DecodedFrame.of(generator.next(NOW).frame());
      assertCanonicalOrder(frame.header());
      assertCanonicalOrder(frame.body());
      if (frame.body().has("blocks")) {
        frame.blocks().values().forEach(block -> assertCanonicalOrder(DecodedFrame.cbor(block)));
      }
    }
  }

  @Test
  void mixesTypesOpsAndCollectionsAsTheNetworkDoes() {
    FrameGenerator generator = new FrameGenerator(7);
    Map<String, Integer> types = new HashMap<>();
    Set<String> collections = new HashSet<>();
    Set<String> actions = new HashSet<>();
    Set<String> statuses = new HashSet<>();
    int severalOps = 0;
    int severalCollections = 0;

    for (int i = 0; i < SeqNumbers.EVENTS_AN_EPOCH; i++) {
      SimulatedEvent event = generator.next(NOW);
      types.merge(event.type(), 1, Integer::sum);
      collections.addAll(event.collections());
      JsonNode record = Objects.requireNonNull(event.event()).path("record");
      record.path("ops").forEach(op -> actions.add(op.path("action").stringValue()));
      statuses.add(record.path("status").stringValue(""));
      severalOps += record.path("ops").size() > 1 ? 1 : 0;
      severalCollections += event.collections().size() > 1 ? 1 : 0;
      assertThat(record.path("ops").size()).isLessThanOrEqualTo(10);
    }

    assertThat(types.get("commit")).isBetween(9_000, 9_500);
    assertThat(types).containsOnlyKeys("commit", "identity", "account", "sync");
    assertThat(collections).hasSize(9);
    assertThat(actions).containsExactlyInAnyOrder("create", "update", "delete");
    assertThat(statuses).contains("", "deactivated", "suspended", "takendown", "deleted");
    assertThat(severalOps).isGreaterThan(500);
    assertThat(severalCollections).isGreaterThan(300);
  }

  @Test
  void expectedEventSaysWhatTheFrameSays() {
    FrameGenerator generator = new FrameGenerator(7);
    for (int i = 0; i < 500; i++) {
      SimulatedEvent made = generator.next(NOW);
      JsonNode event = Objects.requireNonNull(made.event());
      JsonNode body = DecodedFrame.of(made.frame()).body();

      assertThat(event.path("time").stringValue()).isEqualTo("2026-07-04T14:38:09.000Z");
      assertThat(body.path("time").stringValue()).isEqualTo("2026-07-04T14:38:09.000Z");
      assertThat(event.path("event_type").stringValue()).isEqualTo(made.type());
      assertThat(event.path("repo").stringValue())
          .isEqualTo(body.path(made.type().equals("commit") ? "repo" : "did").stringValue());
      assertThat(event.has("collection")).isTrue();
      assertThat(event.path("record").path("ops")).hasSameSizeAs(body.path("ops"));
    }
  }

  /** All paths and CIDs below a node. */
  private static Map<String, String> leaves(@Nullable String node, Map<String, byte[]> store) {
    Map<String, String> leaves = new TreeMap<>();
    collect(node, store, leaves);
    return leaves;
  }

  private static void collect(
      @Nullable String cid, Map<String, byte[]> store, Map<String, String> leaves) {
    if (cid == null) {
      return;
    }
    JsonNode node = block(cid, store);
    collect(DecodedFrame.link(node.path("l")), store, leaves);
    String key = "";
    for (JsonNode entry : node.path("e")) {
      key = key(key, entry);
      leaves.put(key, String.valueOf(DecodedFrame.link(entry.path("v"))));
      collect(DecodedFrame.link(entry.path("t")), store, leaves);
    }
  }

  /** Looks a path up with nothing but one commit's blocks. */
  private static @Nullable String find(
      String path, @Nullable String root, Map<String, byte[]> blocks) {
    String next = root;
    while (next != null) {
      JsonNode node = block(next, blocks);
      next = DecodedFrame.link(node.path("l"));
      String key = "";
      for (JsonNode entry : node.path("e")) {
        key = key(key, entry);
        if (key.equals(path)) {
          return DecodedFrame.link(entry.path("v"));
        }
        if (key.compareTo(path) > 0) {
          break;
        }
        next = DecodedFrame.link(entry.path("t"));
      }
    }
    return null;
  }

  private static JsonNode block(String cid, Map<String, byte[]> blocks) {
    return DecodedFrame.cbor(Objects.requireNonNull(blocks.get(cid), cid));
  }

  private static String key(String previous, JsonNode entry) {
    String suffix = new String(entry.path("k").binaryValue(), StandardCharsets.US_ASCII);
    return previous.substring(0, entry.path("p").intValue()) + suffix;
  }

  private static void assertCanonicalOrder(JsonNode node) {
    List<byte[]> keys =
        node.propertyNames().stream().map(key -> key.getBytes(StandardCharsets.UTF_8)).toList();
    for (int i = 1; i < keys.size(); i++) {
      byte[] one = keys.get(i - 1);
      byte[] other = keys.get(i);
      boolean ascending =
          one.length < other.length
              || (one.length == other.length && Arrays.compareUnsigned(one, other) < 0);
      assertThat(ascending).as("order of keys in %s", node).isTrue();
    }
    node.forEach(FrameGeneratorTest::assertCanonicalOrder);
  }
}
