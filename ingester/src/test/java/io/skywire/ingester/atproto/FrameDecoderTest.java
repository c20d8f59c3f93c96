package io.skywire.ingester.atproto;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.embedded.relay.CommitFrame;
import io.skywire.embedded.relay.FrameBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
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

  private Decoded decode(String type, String bodyHex) {
    byte[] header = FrameBytes.header(type);
    byte[] body = HexFormat.of().parseHex(bodyHex);
    byte[] frame = new byte[header.length + body.length];
    System.arraycopy(header, 0, frame, 0, header.length);
    System.arraycopy(body, 0, frame, header.length, body.length);
    return decoder.decode(frame, NOW);
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
  void anUnknownTypesBodyIsALevelOfItsOwn() {
    int most = DataModelTranscoder.LEVELS_MAX - 1;
    // {"seq": 5, "a": [[…0…]]}
    assertThat(decode("#novel", "a26373657105" + "6161" + "81".repeat(most) + "00"))
        .isInstanceOf(Event.class);
    assertThat(decode("#novel", "a26373657105" + "6161" + "81".repeat(most + 1) + "00"))
        .isInstanceOf(Drop.class);
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
    for (String none :
        new String[] {
          "#" + longest + "x", "#", "novel", "#a/b", "#ab/", "#é", "#a\"b", "#a\\b", "#a\nb"
        }) {
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
    // What became of their only record is kept where that of the good one will be.
    for (Object record : new Object[] {"no map", Map.of()}) {
      event(new CommitFrame().create("a.b.c/a", record));
      assertThat(((Event) decoder.decode(good, NOW)).json()).isEqualTo(before);
    }
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
