package io.skywire.ingester.atproto;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class CapturedFramesTest {
  private static final Instant INDEXED_AT = Instant.parse("2026-07-04T14:38:09.012Z");

  private final FrameDecoder decoder = new FrameDecoder();

  private record Answer(Event event, JsonNode json) {}

  private Answer decode(byte[] frame) {
    Decoded decoded = decoder.decode(frame, INDEXED_AT);
    assertThat(decoded).as(decoded.toString()).isInstanceOf(Event.class);
    Event event = (Event) decoded;
    assertThat(event.flaw()).isNull();
    JsonNode json = Corpus.JSON.readTree(event.json());
    assertThat(json.get("seq").asLong()).isEqualTo(event.seq());
    assertThat(json.get("event_type").asString()).isEqualTo(event.type());
    assertThat(json.get("repo").asString()).isEqualTo(event.repo());
    assertThat(json.get("time").asString()).isEqualTo(event.time());
    assertThat(json.get("indexed_at").asString()).isEqualTo("2026-07-04T14:38:09.012Z");
    return new Answer(event, json);
  }

  @Test
  void productionFramesAreWhatJetstreamServedOfThem() throws Exception {
    List<byte[]> frames = Corpus.frames("relay-2026-07-04/frames.bin.zst");
    assertThat(frames).hasSize(150);
    List<JsonNode> ours = new ArrayList<>();
    for (byte[] frame : frames) {
      Answer answer = decode(frame);
      JsonNode record = answer.json().get("record");
      if (answer.event().type().equals("commit")) {
        for (JsonNode op : record.get("ops")) {
          ours.add(asJetstream(answer.json(), op));
        }
      } else {
        ours.add(answer.json());
      }
    }
    List<JsonNode> theirs = Corpus.jsonLines("relay-2026-07-04/expected_v1.jsonl");
    assertThat(ours).hasSameSizeAs(theirs).hasSize(152);
    for (int i = 0; i < ours.size(); i++) {
      requireSame(ours.get(i), theirs.get(i));
    }
  }

  /** One op in the shape in which Jetstream serves it, without its own clock. */
  private static JsonNode asJetstream(JsonNode event, JsonNode op) {
    var commit = Corpus.JSON.createObjectNode();
    commit.set("rev", event.get("record").get("rev"));
    commit.set("operation", op.get("action"));
    commit.set("collection", op.get("collection"));
    commit.set("rkey", op.get("rkey"));
    if (op.has("record")) {
      commit.set("record", op.get("record"));
      commit.set("cid", op.get("cid"));
    }
    var line = Corpus.JSON.createObjectNode();
    line.set("did", event.get("repo"));
    line.put("kind", "commit");
    line.set("commit", commit);
    return line;
  }

  private static void requireSame(JsonNode ours, JsonNode theirs) {
    if (theirs.get("kind").asString().equals("commit")) {
      assertThat(ours.get("did")).isEqualTo(theirs.get("did"));
      assertThat(ours.get("commit")).isEqualTo(theirs.get("commit"));
      return;
    }
    String kind = theirs.get("kind").asString();
    assertThat(ours.get("event_type").asString()).isEqualTo(kind);
    assertThat(ours.get("repo")).isEqualTo(theirs.get("did"));
    var expected = Corpus.JSON.createObjectNode();
    theirs
        .get(kind)
        .properties()
        .forEach(field -> {
          if (!field.getKey().equals("seq")) {
            expected.set(field.getKey(), field.getValue());
          }
        });
    assertThat(ours.get("record")).isEqualTo(expected);
  }

  @Test
  void referenceServerFramesAreWhatTheOfficialLibrariesMakeOfThem() throws Exception {
    List<byte[]> frames = Corpus.frames("pds/frames.bin.zst");
    List<JsonNode> expected = Corpus.jsonLines("pds/expected.jsonl.zst");
    assertThat(frames).hasSize(1500).hasSameSizeAs(expected);
    for (int i = 0; i < frames.size(); i++) {
      requireOfficial(decode(frames.get(i)), expected.get(i));
    }
  }

  private static void requireOfficial(Answer answer, JsonNode want) {
    JsonNode json = answer.json();
    JsonNode record = json.get("record");
    assertThat(json.get("seq")).isEqualTo(want.get("seq"));
    assertThat(json.get("event_type")).isEqualTo(want.get("type"));
    assertThat(json.get("repo")).isEqualTo(want.get("did"));
    assertThat(json.get("time")).isEqualTo(want.get("time"));
    if (!answer.event().type().equals("commit")) {
      assertThat(record.get("did")).isEqualTo(want.get("did"));
      for (String field : List.of("handle", "active", "status", "rev")) {
        assertThat(record.get(field)).as(field).isEqualTo(want.get(field));
      }
      return;
    }
    assertThat(record.get("rev")).isEqualTo(want.get("rev"));
    assertThat(orNull(record.get("since"))).isEqualTo(orNull(want.get("since")));
    assertThat(record.get("commit")).isEqualTo(want.get("commit"));
    assertThat(orNull(record.get("prev_data"))).isEqualTo(orNull(want.get("prevData")));
    JsonNode ops = record.get("ops");
    assertThat(ops.size()).isEqualTo(want.get("ops").size());
    for (int i = 0; i < ops.size(); i++) {
      JsonNode op = ops.get(i);
      JsonNode wanted = want.get("ops").get(i);
      for (String field : List.of("action", "path", "record")) {
        assertThat(op.get(field)).as(field).isEqualTo(wanted.get(field));
      }
      for (String field : List.of("cid", "prev")) {
        assertThat(orNull(op.get(field))).as(field).isEqualTo(orNull(wanted.get(field)));
      }
      assertThat(op.get("collection").asString() + "/" + op.get("rkey").asString())
          .isEqualTo(wanted.get("path").asString());
      assertThat(answer.event().collections()).contains(op.get("collection").asString());
    }
    assertThat(orNull(json.get("collection")))
        .isEqualTo(ops.isEmpty() ? orNull(null) : ops.get(0).get("collection"));
  }

  private static JsonNode orNull(@org.jspecify.annotations.Nullable JsonNode node) {
    return node == null ? Corpus.JSON.nullNode() : node;
  }
}
