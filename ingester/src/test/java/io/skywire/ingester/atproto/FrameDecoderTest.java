package io.skywire.ingester.atproto;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.embedded.relay.CommitFrame;
import io.skywire.embedded.relay.FrameBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class FrameDecoderTest {
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

  private Decoded decode(String type, String bodyHex) {
    byte[] header = FrameBytes.header(type);
    byte[] body = HexFormat.of().parseHex(bodyHex);
    byte[] frame = new byte[header.length + body.length];
    System.arraycopy(header, 0, frame, 0, header.length);
    System.arraycopy(body, 0, frame, header.length, body.length);
    return decoder.decode(frame, NOW);
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
    assertThat(op(event, 59).get("error").asString()).isNotBlank();
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

  @Test
  void aRepoThatIsNoDidIsDroppedWithItsSeq() {
    Drop drop = (Drop) decoder.decode(new CommitFrame().repo("alice").bytes(), NOW);
    assertThat(drop.reason()).isEqualTo(DropReason.INVALID_DID);
    assertThat(drop.seq()).isEqualTo(77);
  }

  @Test
  void anUnknownTypeIsKeptGenerically() {
    // {"did": "did:plc:a", "seq": 5, "what": h'01'}
    Event event =
        (Event) decode("#novel", "a363646964696469643a706c633a6163736571056477686174" + "4101");
    assertThat(event.type()).isEqualTo("novel");
    assertThat(event.repo()).isEqualTo("did:plc:a");
    assertThat(Corpus.JSON.readTree(event.json()).get("record").toString())
        .isEqualTo("{\"did\":\"did:plc:a\",\"what\":{\"$bytes\":\"AQ\"}}");
  }

  @Test
  void theNamesOfWhatIsNoEventInTheTopicAreNoTypes() {
    for (String type : new String[] {"#watermark", "#gap"}) {
      // {"seq": 5}
      assertThat(decode(type, "a16373657105"))
          .as(type)
          .isInstanceOfSatisfying(
              Drop.class,
              drop -> {
                assertThat(drop.reason()).isEqualTo(DropReason.UNKNOWN_TYPE);
                assertThat(drop.seq()).isEqualTo(5);
              });
    }
  }

  @Test
  void anUnknownTypesKeysAreThereOnce() {
    // {"seq": 5, "b": 0, "a": 0}, and with a second "b"
    assertThat(decode("#novel", "a36373657105" + "616200" + "616100")).isInstanceOf(Event.class);
    assertThat(decode("#novel", "a46373657105" + "616200" + "616100" + "616200"))
        .isInstanceOfSatisfying(
            Drop.class, drop -> assertThat(drop.detail()).contains("body", "duplicate"));
  }

  @Test
  void anUnknownTypeMayHaveNothingButItsSeq() {
    JsonNode json = Corpus.JSON.readTree(((Event) decode("#novel", "a16373657105")).json());
    assertThat(json.get("record").toString()).isEqualTo("{}");
  }

  /** A control character takes six times as much in JSON. */
  @Test
  void anUnknownTypeIsNoLargerThanAnEventMayBe() {
    byte[] text = new byte[3_000_000];
    byte[] body =
        FrameBytes.concatenated(
            HexFormat.of().parseHex("a26373657105" + "6178" + "7a"),
            ByteBuffer.allocate(4).putInt(text.length).array(),
            text);
    assertThat(decoder.decode(FrameBytes.concatenated(FrameBytes.header("#novel"), body), NOW))
        .isInstanceOfSatisfying(
            Drop.class,
            drop -> {
              assertThat(drop.reason()).isEqualTo(DropReason.TOO_LARGE);
              assertThat(drop.seq()).isEqualTo(5);
            });
  }

  @Test
  void aFieldThatIsMissingIsNotCountedAsAWrongOne() {
    Map<String, Object> body =
        Map.of("seq", 5, "did", "did:plc:a", "time", "", "rev", "3k", "active", true);
    for (String field : new String[] {"seq", "did", "time", "rev", "active"}) {
      Map<String, Object> without = new HashMap<>(body);
      without.remove(field);
      assertThat(message(field.equals("active") ? "#account" : "#sync", without))
          .as(field)
          .isInstanceOfSatisfying(
              Drop.class, drop -> assertThat(drop.reason()).isEqualTo(DropReason.MALFORMED));
    }
  }

  @Test
  void aKnownFieldIsThereOnce() {
    // {"seq": 5, "seq": 6}
    assertThat(decode("#novel", "a263736571056373657106"))
        .isInstanceOfSatisfying(
            Drop.class, drop -> assertThat(drop.detail()).contains("body.seq", "duplicate"));
  }

  @Test
  void anUnknownTypeIsAShortAndPlainWord() {
    String longest = "a-Z.0_9".repeat(9) + "x";
    assertThat(decodeUnknown("#" + longest))
        .isInstanceOfSatisfying(Event.class, event -> assertThat(event.type()).isEqualTo(longest));
    assertThat(decodeUnknown("#x")).isInstanceOf(Event.class);
    for (String none : new String[] {"#" + longest + "x", "#", "novel", "#a/b", "#ab/", "#é"}) {
      assertThat(decodeUnknown(none)).as(none).isInstanceOf(Drop.class);
    }
  }

  private Decoded decodeUnknown(String type) {
    return decoder.decode(
        FrameBytes.concatenated(
            FrameBytes.encode(Map.of("op", 1, "t", type)), FrameBytes.encode(Map.of("seq", 5))),
        NOW);
  }

  @Test
  void aSeqIsWhatEveryJsonParserReadsExactly() {
    long largest = (1L << 53) - 1;
    for (long seq : new long[] {1, largest}) {
      assertThat(event(new CommitFrame().seq(seq)).seq()).isEqualTo(seq);
    }
    for (long none : new long[] {0, -1, largest + 1}) {
      assertThat(decoder.decode(new CommitFrame().seq(none).bytes(), NOW))
          .isInstanceOfSatisfying(Drop.class, drop -> assertThat(drop.seq()).isNull());
    }
  }

  @Test
  void anUnknownTypeWithoutSeqIsDropped() {
    assertThat(((Drop) decode("#novel", "a0")).reason()).isEqualTo(DropReason.UNKNOWN_TYPE);
  }

  @Test
  void anUnknownTypeKeepsItsRepoAndTime() {
    Map<String, Object> body = new HashMap<>(Map.of("seq", 5, "time", "2026-07-04T14:38:08.999Z"));
    assertThat(((Event) message("#novel", body)).repo()).isNull();
    assertThat(((Event) message("#novel", body)).time()).isEqualTo("2026-07-04T14:38:08.999Z");
    body.put("repo", "did:plc:a");
    body.put("time", "yesterday");
    Event event = (Event) message("#novel", body);
    assertThat(event.repo()).isEqualTo("did:plc:a");
    assertThat(event.time()).isNull();
    JsonNode json = Corpus.JSON.readTree(event.json());
    assertThat(json.get("repo").asString()).isEqualTo("did:plc:a");
    assertThat(json.get("time").asString()).isEqualTo("yesterday");
    body.put("repo", 7);
    assertThat(((Event) message("#novel", body)).repo()).isNull();
  }

  @Test
  void anAccountsEventsHaveTheDocumentedShape() {
    Map<String, Object> body =
        Map.of(
            "seq",
            5,
            "did",
            "did:plc:a",
            "time",
            "2026-07-04T14:38:08.999Z",
            "rev",
            "3k",
            "active",
            false,
            "status",
            "takendown",
            "handle",
            "a.example");
    Map.of(
            "#identity", "'handle':'a.example',",
            "#account", "'active':false,'status':'takendown',",
            "#sync", "'rev':'3k',")
        .forEach((type, own) -> {
          Event event = (Event) message(type, body);
          assertThat(event.repo()).isEqualTo("did:plc:a");
          assertThat(event.time()).isEqualTo("2026-07-04T14:38:08.999Z");
          assertThat(event.collections()).isEmpty();
          assertThat(new String(event.json(), StandardCharsets.UTF_8))
              .isEqualTo(
                  ("{'seq':5,'event_type':'"
                          + type.substring(1)
                          + "','repo':'did:plc:a',"
                          + "'collection':null,'time':'2026-07-04T14:38:08.999Z',"
                          + "'indexed_at':'2026-07-04T14:38:09.012Z',"
                          + "'record':{'did':'did:plc:a',"
                          + own
                          + "'time':'2026-07-04T14:38:08.999Z'}}")
                      .replace('\'', '"'));
        });
  }

  @Test
  void aFieldOfAnotherKindThanItShouldBeIsDropped() {
    Map<String, Object> body =
        Map.of("seq", 5, "did", "did:plc:a", "time", "", "rev", "3k", "active", true);
    assertThat(message("#sync", body)).isInstanceOf(Event.class);
    assertThat(((Event) message("#account", body)).json())
        .asString(StandardCharsets.UTF_8)
        .contains("\"active\":true");
    for (String field : new String[] {"seq", "did", "time", "rev", "active"}) {
      Map<String, Object> broken = new HashMap<>(body);
      broken.put(field, field.equals("seq") ? "5" : 3);
      assertThat(message(field.equals("active") ? "#account" : "#sync", broken))
          .as(field)
          .isInstanceOf(Drop.class);
      broken.put(field, null);
      assertThat(message(field.equals("active") ? "#account" : "#sync", broken))
          .as(field)
          .isInstanceOf(Drop.class);
    }
  }

  private Decoded message(String type, Map<String, Object> body) {
    return decoder.decode(FrameBytes.message(type, body), NOW);
  }

  @Test
  void onlyAFrameOfOp1IsAnEvent() {
    byte[] body = FrameBytes.encode(Map.of("seq", 5));
    for (Object op : new Object[] {0, 2, -2, "1", true}) {
      byte[] header = FrameBytes.encode(Map.of("t", "#novel", "op", op));
      assertThat(decoder.decode(FrameBytes.concatenated(header, body), NOW))
          .as("op %s", op)
          .isInstanceOf(Drop.class);
    }
    byte[] without = FrameBytes.encode(Map.of("t", "#novel"));
    assertThat(decoder.decode(FrameBytes.concatenated(without, body), NOW))
        .isInstanceOf(Drop.class);
  }

  @Test
  void aFrameEndsWithItsBody() {
    byte[] whole = new CommitFrame().delete("a.b.c/one").bytes();
    Drop drop = (Drop) decoder.decode(FrameBytes.concatenated(whole, new byte[1]), NOW);
    assertThat(drop.detail()).contains("trailing bytes");
  }

  @Test
  void nothingOfAFrameIsLeftForTheNext() {
    byte[] good = new CommitFrame().create("a.b.c/one", POST).bytes();
    byte[] before = ((Event) decoder.decode(good, NOW)).json();
    CommitFrame other = new CommitFrame().create("a.b.c/a", "no map").create("a.b.c/b", Map.of());
    assertThat(event(other.createWithoutBlock("a.b.c/c", 1)).flaw()).isNotNull();
    assertThat(((Event) decoder.decode(good, NOW)).json()).isEqualTo(before);
    // Its seq is where it was, but nothing says so.
    byte[] headless = good.clone();
    headless[0] = 0;
    assertThat(((Drop) decoder.decode(headless, NOW)).seq()).isNull();
    assertThat(((Event) decoder.decode(good, NOW)).json()).isEqualTo(before);
  }

  @Test
  void aReasonIsNotTakenForTheNameOfAnErrorOrInfo() {
    Map<String, Object> info = new LinkedHashMap<>();
    info.put("name", "OutdatedCursor");
    info.put("message", "too old");
    assertThat(message("#info", info)).isEqualTo(new Info("OutdatedCursor", "too old"));
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("error", "FutureCursor");
    error.put("message", "too new");
    byte[] frame =
        FrameBytes.concatenated(FrameBytes.encode(Map.of("op", -1)), FrameBytes.encode(error));
    assertThat(decoder.decode(frame, NOW)).isEqualTo(new RelayError("FutureCursor", "too new"));
  }

  @Test
  void infoAndErrorFramesAreHeard() {
    // {"name": "OutdatedCursor"}
    assertThat(decode("#info", "a1646e616d656e4f75746461746564437572736f72"))
        .isEqualTo(new Info("OutdatedCursor", null));
    // {"op": -1} {"error": "FutureCursor"}
    byte[] error =
        HexFormat.of().parseHex("a1626f7020" + "a1656572726f726c467574757265437572736f72");
    assertThat(decoder.decode(error, NOW)).isEqualTo(new RelayError("FutureCursor", null));
  }

  @Test
  void textIsDropped() {
    for (String text : new String[] {"", "hello", "<html>", "{\"op\":1}"}) {
      assertThat(decoder.decode(text.getBytes(StandardCharsets.UTF_8), NOW))
          .isInstanceOf(Drop.class);
    }
  }
}
