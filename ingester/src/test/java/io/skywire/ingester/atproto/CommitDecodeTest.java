package io.skywire.ingester.atproto;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.topic.OpCount;
import io.skywire.embedded.relay.CommitFrame;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What becomes of a commit's ops and blocks. */
class CommitDecodeTest {
  private static final Instant NOW = Instant.parse("2026-07-04T14:38:09.012Z");
  private static final Map<String, Object> POST = Map.of("text", "hello");

  private final FrameDecoder decoder = new FrameDecoder();

  private Event event(CommitFrame frame) {
    Decoded decoded = decoder.decode(frame.bytes(), NOW);
    assertThat(decoded).as(decoded.toString()).isInstanceOf(Event.class);
    return (Event) decoded;
  }

  private static JsonNode op(Event event, int number) {
    return Corpus.JSON.readTree(event.json()).get("record").get("ops").get(number);
  }

  @Test
  void anEventHasExactlyTheDocumentedShape() {
    Event event =
        event(
            new CommitFrame().create("a.b.c/one", POST).delete("d.e.f/two").delete("a.b.c/three"));
    assertThat(new String(event.json(), StandardCharsets.UTF_8))
        .matches(
            """
            \\{"seq":77,"event_type":"commit","repo":"did:plc:alice","collection":"a.b.c",\
            "time":"2026-07-04T14:38:08.999Z","indexed_at":"2026-07-04T14:38:09.012Z",\
            "record":\\{"rev":"3mptbypluud2a","since":null,"commit":"bafyrei[a-z2-7]{52}","ops":\\[\
            \\{"action":"create","path":"a.b.c/one","collection":"a.b.c","rkey":"one",\
            "cid":"bafyrei[a-z2-7]{52}","record":\\{"text":"hello"}},\
            \\{"action":"delete","path":"d.e.f/two","collection":"d.e.f","rkey":"two","cid":null},\
            \\{"action":"delete","path":"a.b.c/three","collection":"a.b.c","rkey":"three","cid":null}]}}\
            """);
    assertThat(event.collections()).containsExactly("a.b.c", "d.e.f");
    assertThat(event.flaw()).isNull();
  }

  @Test
  void whatItsOpsDoIsCounted() {
    assertThat(event(new CommitFrame()).ops()).isEmpty();
    assertThat(event(new CommitFrame().create("a.b.c/one", POST)).ops()).isEqualTo("create a.b.c");
    assertThat(event(new CommitFrame().op("explode", "no path")).ops()).isEqualTo("other other");
    CommitFrame many =
        new CommitFrame()
            .create("a.b.c/one", POST)
            .op("create", "a.b.c/two")
            .op("update", "a.b.c/three")
            .op("delete", "d.e.f/one")
            .op("create", "a.b.c/four")
            .op("create", "no path")
            .op("create", "nor this")
            .op("explode", "a.b.c/five")
            .op("implode", "a.b.c/six")
            .op("updated", "a.b.c/seven");
    assertThat(event(many).ops())
        .isEqualTo("create a.b.c 3,update a.b.c,delete d.e.f,create other 2,other a.b.c 3");
  }

  @Test
  void manyCollectionsMakeNoLargeHeader() {
    CommitFrame many = new CommitFrame();
    for (int i = 0; i < 500; i++) {
      many.op("delete", "a.b" + i + "." + "c".repeat(60) + "/one");
    }
    many.op("create", "a.b.c/one").op("delete", "a.b0." + "c".repeat(60) + "/two");
    String ops = Objects.requireNonNull(event(many).ops());
    assertThat(ops)
        .startsWith("delete a.b0." + "c".repeat(60) + " 2,")
        .endsWith(",delete other 400,create other");
    assertThat(ops.split(",")).hasSize(102);
    assertThat(
            Objects.requireNonNull(OpCount.ofHeader(ops)).stream().mapToInt(OpCount::count).sum())
        .isEqualTo(502);
  }

  @Test
  void anOpWhoseBlockIsMissingKeepsItsPlaceWithAnError() {
    Event event =
        event(
            new CommitFrame().createWithoutBlock("a.b.c/one", POST).create("a.b.c/two", Map.of()));
    assertThat(op(event, 0).has("record")).isFalse();
    assertThat(op(event, 0).get("error").asString()).isNotBlank();
    assertThat(op(event, 1).get("record").toString()).isEqualTo("{}");
    assertThat(op(event, 1).has("error")).isFalse();
    assertThat(event.flaw()).contains("ops[0]");
  }

  @Test
  void anOpWithoutACidSaysSo() {
    Event event = event(new CommitFrame().op("create", "a.b.c/one"));
    assertThat(op(event, 0).get("error").asString()).isEqualTo("cid: missing");
  }

  @Test
  void aRecordThatIsNotWhatItsCidSaysIsNotPassedOn() {
    Event event =
        event(
            new CommitFrame()
                .blockInDisguise(POST, Map.of("text", "forged"))
                .createWithoutBlock("a.b.c/one", POST));
    assertThat(op(event, 0).has("record")).isFalse();
    assertThat(op(event, 0).get("error").asString()).isNotBlank();
    assertThat(new String(event.json(), StandardCharsets.UTF_8)).doesNotContain("forged");
  }

  @Test
  void blocksBeforeABreakInTheCarAreUsed() {
    Event event =
        event(
            new CommitFrame()
                .create("a.b.c/one", POST)
                .garbageInCar()
                .createWithoutBlock("a.b.c/two", "x"));
    assertThat(op(event, 0).get("record").get("text").asString()).isEqualTo("hello");
    assertThat(op(event, 1).get("error").asString()).isNotBlank();
  }

  @Test
  void anOpWhosePathIsNoneHasNoCollectionButItsRecord() {
    Event event = event(new CommitFrame().create("no nsid/one", POST).delete("a.b.c/two"));
    assertThat(op(event, 0).has("collection")).isFalse();
    assertThat(op(event, 0).has("rkey")).isFalse();
    assertThat(op(event, 0).get("path").asString()).isEqualTo("no nsid/one");
    assertThat(op(event, 0).get("record").get("text").asString()).isEqualTo("hello");
    assertThat(op(event, 0).get("error").asString()).isNotBlank();
    assertThat(event.collections()).containsExactly("a.b.c");
    assertThat(Corpus.JSON.readTree(event.json()).get("collection").asString()).isEqualTo("a.b.c");
  }

  @Test
  void manyOpsOnOneLargeRecordCannotMultiplyMemory() {
    // In pieces that the encoder does not cut into chunks of unknown number.
    Map<String, Object> large = Map.of("texts", Collections.nCopies(300, "x".repeat(3_000)));
    CommitFrame frame = new CommitFrame().create("a.b.c/r0", large);
    for (int i = 1; i < 60; i++) {
      frame.createWithoutBlock("a.b.c/r" + i, large);
    }
    Event event = event(frame);
    assertThat(event.json()).hasSizeLessThanOrEqualTo(FrameDecoder.JSON_BYTES_MAX);
    assertThat(op(event, 0).get("record").get("texts").size()).isEqualTo(300);
    assertThat(op(event, 59).get("error").asString()).isEqualTo("record: too large as JSON");
    assertThat(event.flaw()).isNotNull();
  }

  /** A path's control characters take six times as much in JSON. */
  @Test
  void recordsLeaveRoomForEveryOpThatComesAfterThem() {
    Map<String, Object> record = Map.of("text", "x".repeat(1_500));
    String path = "\u0001".repeat(300);
    CommitFrame frame = new CommitFrame().create(path, record);
    for (int i = 1; i < 5_000; i++) {
      frame.createWithoutBlock(path, record);
    }
    Event event = event(frame);
    assertThat(event.json()).hasSizeLessThanOrEqualTo(FrameDecoder.JSON_BYTES_MAX);
    JsonNode ops = Corpus.JSON.readTree(event.json()).get("record").get("ops");
    assertThat(ops.size()).isEqualTo(5_000);
    assertThat(ops.get(0).has("record")).isTrue();
    assertThat(ops.get(4_999).has("record")).isFalse();
    assertThat(ops.get(4_999).get("path").asString()).isEqualTo(path);
  }

  @Test
  void whatIsReservedForOpsIsFreeAgainBehindThem() {
    CommitFrame frame = new CommitFrame();
    for (int i = 0; i < 1_500; i++) {
      frame.delete("\u0001".repeat(1_000));
    }
    Event event = event(frame.create("a.b.c/last", Map.of("text", "x".repeat(1_000_000))));
    assertThat(op(event, 1_500).get("record").get("text").asString()).hasSize(1_000_000);
  }

  @Test
  void blocksThatNoOpNamesAreSteppedOver() {
    Map<String, Object> other = Map.of("text", "of the tree");
    Event event = event(new CommitFrame().blockInDisguise(other, other).create("a.b.c/one", POST));
    assertThat(op(event, 0).get("record").get("text").asString()).isEqualTo("hello");
  }

  @Test
  void aBlockThatIsShorterThanItsCidIsNone() {
    byte[] frame = new CommitFrame().create("a.b.c/one", POST).bytes();
    byte[] broken = replaced(frame, "30" + "01711220", "04" + "01711220");
    assertThat(op((Event) decoder.decode(broken, NOW), 0).get("error").asString())
        .isEqualTo("record: no such block");
  }

  @Test
  void everyOpOfManyHasItsOwnRecord() {
    CommitFrame frame = new CommitFrame();
    for (int i = 0; i < 300; i++) {
      frame.create("a.b.c/r" + i, Map.of("number", i));
    }
    Event event = event(frame);
    assertThat(event.flaw()).isNull();
    JsonNode ops = Corpus.JSON.readTree(event.json()).get("record").get("ops");
    assertThat(ops.size()).isEqualTo(300);
    for (int i = 0; i < 300; i++) {
      assertThat(ops.get(i).get("rkey").asString()).isEqualTo("r" + i);
      assertThat(ops.get(i).get("record").get("number").asInt()).isEqualTo(i);
    }
  }

  @Test
  void anEventNamesItsCollectionsInOrderAndNoMoreThanAHeaderHolds() {
    CommitFrame frame = new CommitFrame();
    for (int i = 0; i < 250; i++) {
      frame.delete("a.b.c" + i + "/one").delete("a.b.c" + i / 2 + "/two");
    }
    assertThat(event(frame).collections())
        .isEqualTo(IntStream.range(0, 200).mapToObj(i -> "a.b.c" + i).toList());
  }

  @Test
  void aRecordThatIsNoMapIsMarked() {
    Event event = event(new CommitFrame().create("a.b.c/one", "text"));
    assertThat(op(event, 0).has("record")).isFalse();
    assertThat(op(event, 0).get("error").asString()).isNotBlank();
  }

  @Test
  void tooBigIsSaid() {
    Event event = event(new CommitFrame().tooBig().create("a.b.c/one", POST));
    assertThat(Corpus.JSON.readTree(event.json()).get("record").get("too_big").asBoolean())
        .isTrue();
    assertThat(op(event, 0).get("record").get("text").asString()).isEqualTo("hello");
  }

  @Test
  void onlyACommitThatWasTooBigMayComeWithoutBlocks() {
    CommitFrame frame = new CommitFrame().createWithoutBlock("a.b.c/one", POST);
    assertThat(
            decoder.decode(
                replaced(frame.bytes(), "66" + hex("blocks"), "66" + hex("blobby")), NOW))
        .isInstanceOf(Drop.class);
    Event event =
        (Event)
            decoder.decode(
                replaced(frame.tooBig().bytes(), "66" + hex("blocks"), "66" + hex("blobby")), NOW);
    assertThat(op(event, 0).get("error").asString()).isNotBlank();
    assertThat(event.collections()).containsExactly("a.b.c");
  }

  @Test
  void fieldsMayComeInAnyOrder() {
    byte[] frame = new CommitFrame().delete("a.b.c/one").bytes();
    byte[] other =
        replaced(
            replaced(
                frame,
                "6174" + "67" + hex("#commit") + "626f7001",
                "626f7001" + "6174" + "67" + hex("#commit")),
            "63" + hex("cid") + "f6" + PATH_ONE + ACTION_DELETE,
            ACTION_DELETE + PATH_ONE + "63" + hex("cid") + "f6");
    assertThat(other).isNotEqualTo(frame);
    assertThat(((Event) decoder.decode(other, NOW)).json())
        .isEqualTo(((Event) decoder.decode(frame, NOW)).json());
  }

  @Test
  void aPreviousRecordsCidMayBeNull() {
    byte[] frame =
        replaced(
            new CommitFrame().delete("a.b.c/one").bytes(),
            "a363" + hex("cid") + "f6",
            "a464" + hex("prev") + "f663" + hex("cid") + "f6");
    JsonNode op = op((Event) decoder.decode(frame, NOW), 0);
    assertThat(op.has("prev")).isTrue();
    assertThat(op.get("prev").isNull()).isTrue();
    assertThat(op(event(new CommitFrame().delete("a.b.c/one")), 0).has("prev")).isFalse();
  }

  @Test
  void whatAnOpAndACommitReplaceIsNamed() {
    byte[] frame = new CommitFrame().create("a.b.c/one", POST).bytes();
    String cid = "d82a582500" + "01711220" + "11".repeat(32);
    byte[] updated =
        replaced(
            replaced(frame, "a363" + hex("cid"), "a464" + hex("prev") + cid + "63" + hex("cid")),
            "66" + hex("rebase") + "f4",
            "68" + hex("prevData") + cid);
    Event event = (Event) decoder.decode(updated, NOW);
    JsonNode record = Corpus.JSON.readTree(event.json()).get("record");
    assertThat(record.get("prev_data").asString())
        .isEqualTo("bafyreia" + "rcei".repeat(12) + "rce");
    assertThat(op(event, 0).get("prev")).isEqualTo(record.get("prev_data"));
    assertThat(op(event, 0).get("record").get("text").asString()).isEqualTo("hello");
    assertThat(event.flaw()).isNull();
    byte[] first = replaced(frame, "66" + hex("rebase") + "f4", "68" + hex("prevData") + "f6");
    assertThat(new String(((Event) decoder.decode(first, NOW)).json(), StandardCharsets.UTF_8))
        .contains(",\"prev_data\":null,\"ops\":");
  }

  @Test
  void anOpWhoseLinksAreNoneOrNotOfARecordSaysSo() {
    byte[] frame = new CommitFrame().create("a.b.c/one", POST).bytes();
    String cid = "63" + hex("cid") + "d82a582500017112";
    JsonNode blob =
        op((Event) decoder.decode(replaced(frame, cid, cid.replace("7112", "5512")), NOW), 0);
    assertThat(blob.get("cid").asString()).startsWith("bafkrei");
    assertThat(blob.get("error").asString()).startsWith("cid: not of a record");
    JsonNode none =
        op((Event) decoder.decode(replaced(frame, cid, cid.replace("7112", "7113")), NOW), 0);
    assertThat(none.get("error").asString()).startsWith("cid: not of a record");
    JsonNode later =
        op(
            (Event) decoder.decode(replaced(frame, cid, cid.replace("00017112", "00027112")), NOW),
            0);
    assertThat(later.get("cid").isNull()).isTrue();
    assertThat(later.get("error").asString()).startsWith("cid: no valid CID");
    String with = "a464" + hex("prev") + "d82a420001" + cid;
    Event event = (Event) decoder.decode(replaced(frame, "a3" + cid, with), NOW);
    assertThat(op(event, 0).get("error").asString()).startsWith("prev: no valid CID");
    assertThat(op(event, 0).get("record").get("text").asString()).isEqualTo("hello");
  }

  private static final String PATH_ONE = "64" + hex("path") + "69" + hex("a.b.c/one");
  private static final String ACTION_DELETE = "66" + hex("action") + "66" + hex("delete");

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] replaced(byte[] frame, String hex, String by) {
    String before = HexFormat.of().formatHex(frame);
    assertThat(before).containsOnlyOnce(hex);
    return HexFormat.of().parseHex(before.replace(hex, by));
  }
}
