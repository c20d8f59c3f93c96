package io.skywire.ingester.atproto;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.node.NullNode;

/**
 * A frame's header and body as an independent reader of CBOR finds them, and whether an answer of
 * the decoder says the same.
 *
 * @param trailed whether there is something behind the body
 */
record ReadFrame(JsonNode header, JsonNode body, boolean trailed) {
  /** What the record of an account's event has of the body. */
  private static final Map<String, List<String>> ACCOUNT_FIELDS =
      Map.of(
          "identity", List.of("did", "handle", "time"),
          "account", List.of("did", "active", "status", "time"),
          "sync", List.of("did", "rev", "time"));

  /** As the specification has it. */
  private static final String DID = "did:[a-z]+:[a-zA-Z0-9._:%-]*[a-zA-Z0-9._-]";

  private static final int DID_CHARACTERS_MAX = 2048;

  /**
   * Null when it cannot be read. A frame may be taken nevertheless: the decoder steps over values
   * that no event has, whatever texts and keys are in them.
   */
  static @Nullable ReadFrame of(byte[] frame) {
    try (MappingIterator<JsonNode> items =
        SameValue.CBOR.readerFor(JsonNode.class).readValues(frame)) {
      if (!items.hasNextValue()) {
        return null;
      }
      JsonNode header = items.nextValue();
      return items.hasNextValue()
          ? new ReadFrame(header, items.nextValue(), items.hasNextValue())
          : null;
    } catch (JacksonException none) {
      return null;
    }
  }

  void assertSays(Decoded decoded) throws Exception {
    switch (decoded) {
      case Event event -> assertIs(event);
      case Drop drop -> {
        Long seq = drop.seq();
        if (seq != null) {
          assertThat(body.path("seq").longValue()).isEqualTo(seq);
        }
      }
      case Info _ -> {
        assertThat(header.path("op").longValue()).isEqualTo(1);
        assertThat(header.path("t").asString()).isEqualTo("#info");
        assertThat(body.path("name").isString()).isTrue();
      }
      case RelayError _ -> {
        assertThat(header.path("op").longValue()).isEqualTo(-1);
        assertThat(body.path("error").isString()).isTrue();
      }
    }
  }

  private void assertIs(Event event) throws Exception {
    assertThat(trailed).isFalse();
    assertThat(header.path("op").longValue()).isEqualTo(1);
    assertThat(header.path("t").asString()).isEqualTo("#" + event.type());
    assertThat(body.path("seq").longValue()).isEqualTo(event.seq());
    JsonNode json = Corpus.JSON.readTree(event.json());
    assertThat(json.path("seq").longValue()).isEqualTo(event.seq());
    assertThat(json.path("event_type").asString()).isEqualTo(event.type());
    assertThat(event.repo()).isEqualTo(repo(event.type()));
    assertThat(text(json.path("repo"))).isEqualTo(event.repo());
    assertThat(text(json.path("time"))).isEqualTo(text(body.path("time")));
    assertThat(event.time()).isIn(null, text(body.path("time")));
    JsonNode record = json.path("record");
    List<String> accountFields = ACCOUNT_FIELDS.get(event.type());
    if (event.type().equals("commit")) {
      assertIsCommit(record);
    } else if (accountFields != null) {
      assertHasFields(record, accountFields.stream().filter(body::has).toList());
    } else {
      assertHasFields(
          record, body.propertyNames().stream().filter(name -> !name.equals("seq")).toList());
    }
    List<String> collections =
        event.type().equals("commit") ? collections(record.path("ops")) : List.of();
    assertThat(event.collections()).isEqualTo(collections);
    assertThat(text(json.path("collection")))
        .isEqualTo(collections.isEmpty() ? null : collections.getFirst());
  }

  private static List<String> collections(JsonNode ops) {
    return ops.valueStream()
        .map(op -> op.path("collection"))
        .filter(JsonNode::isString)
        .map(JsonNode::asString)
        .distinct()
        .limit(Ops.COLLECTIONS_MAX)
        .toList();
  }

  private @Nullable String repo(String type) {
    if (type.equals("commit")) {
      return text(body.path("repo"));
    }
    String did = text(body.path("did"));
    if (ACCOUNT_FIELDS.containsKey(type) || isDid(did)) {
      return did;
    }
    String repo = text(body.path("repo"));
    return isDid(repo) ? repo : null;
  }

  private static boolean isDid(@Nullable String text) {
    return text != null && text.length() <= DID_CHARACTERS_MAX && text.matches(DID);
  }

  private void assertHasFields(JsonNode record, List<String> names) {
    assertThat(record.propertyNames()).containsExactlyElementsOf(names);
    names.forEach(name -> SameValue.check(record.path(name), body.path(name)));
  }

  private void assertIsCommit(JsonNode record) throws Exception {
    SameValue.check(record.path("rev"), body.path("rev"));
    SameValue.check(record.path("since"), orNull(body.path("since")));
    assertThat(record.path("commit").asString()).isEqualTo(SameValue.link(body.path("commit")));
    assertThat(record.has("prev_data")).isEqualTo(body.has("prevData"));
    if (!orNull(body.path("prevData")).isNull()) {
      assertThat(record.path("prev_data").asString())
          .isEqualTo(SameValue.link(body.path("prevData")));
    }
    JsonNode tooBig = body.path("tooBig");
    assertThat(record.has("too_big")).isEqualTo(tooBig.isBoolean() && tooBig.booleanValue());
    byte[] car = body.path("blocks").isBinary() ? body.path("blocks").binaryValue() : new byte[0];
    Map<ByteBuffer, ByteBuffer> blocks = CarBlocks.of(car, 0, car.length);
    JsonNode ops = record.path("ops");
    assertThat(ops.size()).isEqualTo(body.path("ops").size());
    for (int op = 0; op < ops.size(); op++) {
      assertIsOp(ops.get(op), body.path("ops").get(op), blocks);
    }
  }

  private static void assertIsOp(JsonNode ours, JsonNode theirs, Map<ByteBuffer, ByteBuffer> blocks)
      throws Exception {
    SameValue.check(ours.path("action"), theirs.path("action"));
    SameValue.check(ours.path("path"), theirs.path("path"));
    boolean hasError = ours.has("error");
    if (ours.has("collection")) {
      assertThat(ours.path("collection").asString() + "/" + ours.path("rkey").asString())
          .isEqualTo(theirs.path("path").asString());
    } else {
      assertThat(hasError).isTrue();
    }
    for (String link : List.of("cid", "prev")) {
      if (ours.path(link).isString()) {
        assertThat(ours.path(link).asString()).isEqualTo(SameValue.link(theirs.path(link)));
      } else {
        assertThat(hasError || orNull(theirs.path(link)).isNull()).as(link).isTrue();
      }
    }
    boolean deletes = ours.path("action").asString().equals("delete");
    if (ours.has("record")) {
      assertThat(deletes).isFalse();
      byte[] cid = SameValue.cid(theirs.path("cid"));
      byte[] digest = Arrays.copyOfRange(cid, Cid.DIGEST_AT, cid.length);
      ByteBuffer block = Objects.requireNonNull(blocks.get(ByteBuffer.wrap(digest)));
      byte[] record = new byte[block.remaining()];
      block.get(0, record);
      assertThat(MessageDigest.getInstance("SHA-256").digest(record)).isEqualTo(digest);
      SameValue.check(ours.path("record"), SameValue.CBOR.readTree(record));
    } else {
      assertThat(deletes || hasError).isTrue();
    }
  }

  private static @Nullable String text(JsonNode node) {
    return node.isString() ? node.asString() : null;
  }

  private static JsonNode orNull(JsonNode node) {
    return node.isMissingNode() ? NullNode.getInstance() : node;
  }
}
