package io.skywire.ingester.atproto;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.embedded.relay.CommitFrame;
import io.skywire.embedded.relay.FrameBytes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;
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
    Map<String, Object> record = Map.of("text", "x".repeat(30_000));
    String path = "\u0001".repeat(1_000);
    CommitFrame frame = new CommitFrame().create(path, record);
    for (int i = 1; i < 1_000; i++) {
      frame.createWithoutBlock(path, record);
    }
    Event event = event(frame);
    assertThat(event.json()).hasSizeLessThanOrEqualTo(FrameDecoder.JSON_BYTES_MAX);
    JsonNode ops = Corpus.JSON.readTree(event.json()).get("record").get("ops");
    assertThat(ops.size()).isEqualTo(1_000);
    assertThat(ops.get(0).has("record")).isTrue();
    assertThat(ops.get(999).has("record")).isFalse();
    assertThat(ops.get(999).get("path").asString()).isEqualTo(path);
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
    Event event = event(new CommitFrame().tooBig());
    assertThat(Corpus.JSON.readTree(event.json()).get("record").get("too_big").asBoolean())
        .isTrue();
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
  void anUnknownTypeIsAShortAndPlainWord() {
    String longest = "a-Z.0_9".repeat(9) + "x";
    assertThat(decodeUnknown("#" + longest))
        .isInstanceOfSatisfying(Event.class, event -> assertThat(event.type()).isEqualTo(longest));
    for (String none : new String[] {"#" + longest + "x", "#", "novel", "#a b", "#a/b", "#é"}) {
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
