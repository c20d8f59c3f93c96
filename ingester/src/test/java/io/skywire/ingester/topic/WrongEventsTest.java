package io.skywire.ingester.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.embedded.relay.CommitFrame;
import io.skywire.embedded.relay.FrameBytes;
import io.skywire.ingester.atproto.Corpus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One thing is changed in an event that is right: the schemas refuse it. */
class WrongEventsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          commit   | /seq                     | 0
          commit   | /seq                     | 9007199254740992
          commit   | /seq                     | "7"
          commit   | /seq                     |
          commit   | /event_type              | "later"
          commit   | /event_type              | "identity"
          commit   | /event_type              | "watermark"
          commit   | /repo                    | null
          commit   | /repo                    | "alice.example"
          commit   | /collection              | "no-nsid"
          commit   | /collection              |
          commit   | /time                    | null
          commit   | /indexed_at              | "2026-07-04T12:00:00Z"
          commit   | /indexed_at              | "2026-07-04T12:00:00.000+02:00"
          commit   | /record                  | null
          commit   | /record/rev              |
          commit   | /record/since            | 1
          commit   | /record/commit           | "QmRAQB6YaCyidP37UdDnjFY5vQuiBrcqdyoW1CuDgwxkD4"
          commit   | /record/prev_data        | {"$link":"bafy"}
          commit   | /record/too_big          | false
          commit   | /record/ops              | {}
          commit   | /record/ops/0/action     |
          commit   | /record/ops/0/cid        | null
          commit   | /record/ops/0/rkey       | ".."
          commit   | /record/ops/0/rkey       |
          commit   | /record/ops/0/collection |
          commit   | /record/ops/0/record     |
          commit   | /record/ops/0/record     | []
          commit   | /record/ops/0/error      | ""
          commit   | /record/ops/1/record     | {}
          commit   | /record/ops/1/path       | 1
          identity | /collection              | "a.b.c"
          identity | /record/did              |
          identity | /record/handle           | 1
          account  | /record/active           |
          account  | /record/active           | "true"
          account  | /record/status           | 1
          sync     | /record/rev              |
          later    | /record/seq              | 7
          later    | /collection              | "a.b.c"
          later    | /event_type              | "no type"
          later    | /event_type              | "gap"
          later    | /record                  | []
          """)
  void isRefused(String type, String pointer, @Nullable String value) throws Exception {
    JsonNode wrong = event(type).deepCopy();
    JsonPointer at = JsonPointer.compile(pointer);
    ObjectNode parent = (ObjectNode) wrong.at(at.head());
    if (value == null) {
      assertThat(parent.remove(at.last().getMatchingProperty())).isNotNull();
    } else {
      parent.set(at.last().getMatchingProperty(), Corpus.JSON.readTree(value));
    }
    assertThat(TopicDocuments.published("event").validate(wrong)).as(wrong::toString).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "commit,''",
    "commit,/record",
    "commit,/record/ops/0",
    "identity,/record",
    "account,/record",
    "sync,/record",
    "later,''"
  })
  void whatIsAddedLaterIsTakenByReadersAndNoticedHere(String type, String pointer)
      throws Exception {
    JsonNode more = event(type).deepCopy();
    ((ObjectNode) more.at(pointer)).put("surprise", 1);
    TopicDocuments.requireValid(TopicDocuments.published("event"), more);
    assertThat(TopicDocuments.schema("event").validate(more)).isNotEmpty();
  }

  private static JsonNode event(String type) throws Exception {
    JsonNode right = Produced.json(Produced.of(List.of(frame(type)), null).events().getFirst());
    TopicDocuments.requireValid(TopicDocuments.published("event"), right);
    return right;
  }

  private static byte[] frame(String type) {
    return switch (type) {
      case "commit" ->
          new CommitFrame()
              .seq(7)
              .repo("did:plc:alice")
              .create("a.b.c/one", Map.of("text", "hello"))
              .delete("a.b.c/two")
              .bytes();
      case "identity" -> message(type, "handle", "alice.example");
      case "account" -> message(type, "active", true);
      case "sync" -> message(type, "rev", "3mptbypluud2a");
      default -> message(type, "new", 1);
    };
  }

  private static byte[] message(String type, String name, Object value) {
    Map<String, Object> body = new HashMap<>();
    body.put("seq", 7);
    body.put("did", "did:plc:alice");
    body.put("time", "2026-07-04T14:38:08.999Z");
    body.put(name, value);
    return FrameBytes.message("#" + type, body);
  }
}
