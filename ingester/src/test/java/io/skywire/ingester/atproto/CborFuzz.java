package io.skywire.ingester.atproto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Any bytes as a record: what our transcoder takes as DAG-CBOR, an independent reader of CBOR takes
 * too, and both find the same value; and stepping over the value ends where the transcoder ends.
 * What it refuses is not what an independent encoder makes of a plain value.
 */
public final class CborFuzz {
  private static final DataModelTranscoder TRANSCODER = new DataModelTranscoder();
  private static final JsonWriter JSON = new JsonWriter();
  private static final CborReader READER = new CborReader();

  private CborFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    isTaken(bytes);
  }

  static boolean isTaken(byte[] bytes) {
    int end;
    JSON.clear();
    JSON.limit(FrameDecoder.JSON_BYTES_MAX);
    try {
      end = TRANSCODER.transcode(bytes, 0, bytes.length, DataModelTranscoder.LEVELS_MAX, JSON);
    } catch (MalformedFrameException refused) {
      assertThat(refused.detail()).isNotBlank();
      assertThat(isPlain(bytes)).as(refused.detail()).isFalse();
      return false;
    }
    try {
      READER.reset(bytes, 0, bytes.length);
      READER.skip();
      assertThat(READER.position).isEqualTo(end);
    } catch (MalformedFrameException impossible) {
      throw new AssertionError("stepped over no value that was transcoded", impossible);
    }
    SameValue.check(
        Corpus.JSON.readTree(JSON.toByteArray()), SameValue.CBOR.readTree(bytes, 0, end));
    return true;
  }

  /** Whether read and written again by others, as a value that JSON has too, it is the same. */
  private static boolean isPlain(byte[] bytes) {
    try {
      JsonNode value = SameValue.CBOR.readTree(bytes);
      return isPlain(value, DataModelTranscoder.LEVELS_MAX)
          && Arrays.equals(RandomValues.toCbor(value), bytes);
    } catch (JacksonException | IllegalArgumentException none) {
      // The latter of half a character.
      return false;
    }
  }

  private static boolean isPlain(JsonNode value, int levels) {
    return switch (value.getNodeType()) {
      case BOOLEAN, NULL, STRING, BINARY -> true;
      // Large ones have tags.
      case NUMBER ->
          value.isIntegralNumber()
              ? !value.isBigInteger()
              : !value.isBigDecimal() && Double.isFinite(value.doubleValue());
      case ARRAY, OBJECT ->
          levels > 0 && value.valueStream().allMatch(inner -> isPlain(inner, levels - 1));
      default -> false;
    };
  }
}
