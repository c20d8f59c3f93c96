package io.skywire.ingester.atproto;

import static org.assertj.core.api.Assertions.assertThat;

import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.cbor.CBORMapper;

/**
 * Any bytes as a record: what our transcoder takes as DAG-CBOR, an independent reader of CBOR takes
 * too, and both find a value of the same kind and size; and stepping over the value ends where the
 * transcoder ends.
 */
public final class CborFuzz {
  private static final CBORMapper CBOR = new CBORMapper();
  private static final DataModelTranscoder TRANSCODER = new DataModelTranscoder();
  private static final JsonWriter JSON = new JsonWriter();
  private static final CborReader READER = new CborReader();

  private CborFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    int end;
    JSON.clear();
    JSON.limit(FrameDecoder.JSON_BYTES_MAX);
    try {
      end = TRANSCODER.transcode(bytes, 0, bytes.length, DataModelTranscoder.LEVELS_MAX, JSON);
    } catch (MalformedFrameException refused) {
      assertThat(refused.detail()).isNotBlank();
      return;
    }
    try {
      READER.reset(bytes, 0, bytes.length);
      READER.skip();
      assertThat(READER.position).isEqualTo(end);
    } catch (MalformedFrameException impossible) {
      throw new AssertionError("stepped over no value that was transcoded", impossible);
    }
    JsonNode ours = Corpus.JSON.readTree(JSON.toByteArray());
    JsonNode theirs = CBOR.readTree(bytes, 0, end);
    assertSameShape(ours, theirs);
  }

  private static void assertSameShape(JsonNode ours, JsonNode theirs) {
    switch (theirs.getNodeType()) {
      case BINARY -> {
        // A link or bytes: an object of one key that says which.
        assertThat(ours.size()).isEqualTo(1);
        assertThat(ours.propertyNames()).containsAnyOf("$link", "$bytes");
      }
      case OBJECT -> {
        assertThat(ours.propertyNames()).isEqualTo(theirs.propertyNames());
        theirs.forEachEntry((key, value) -> assertSameShape(ours.get(key), value));
      }
      case ARRAY -> {
        assertThat(ours.size()).isEqualTo(theirs.size());
        for (int i = 0; i < ours.size(); i++) {
          assertSameShape(ours.get(i), theirs.get(i));
        }
      }
      case STRING -> assertThat(ours.asString()).isEqualTo(theirs.asString());
      case NUMBER -> {
        if (theirs.isIntegralNumber()) {
          assertThat(ours.bigIntegerValue()).isEqualTo(theirs.bigIntegerValue());
        } else {
          assertThat(ours.doubleValue()).isEqualTo(theirs.doubleValue());
        }
      }
      default -> assertThat(ours.toString()).isEqualTo(theirs.toString());
    }
  }
}
