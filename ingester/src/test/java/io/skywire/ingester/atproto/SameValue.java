package io.skywire.ingester.atproto;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Base64;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.cbor.CBORMapper;

/** Whether the JSON of a value is what an independent reader of CBOR finds. */
final class SameValue {
  /** It does not look at tags; a map that has a key twice it refuses. */
  static final CBORMapper CBOR =
      CBORMapper.builder().enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY).build();

  private SameValue() {}

  /**
   * @param ours the data model's JSON, read by {@link Corpus#JSON}
   * @param theirs read by {@link #CBOR}
   */
  static void check(JsonNode ours, JsonNode theirs) {
    switch (theirs.getNodeType()) {
      case BINARY -> {
        // An object of one key that says which.
        byte[] bytes = theirs.binaryValue();
        assertThat(ours.size()).isEqualTo(1);
        assertThat(ours.propertyNames()).containsAnyOf("$link", "$bytes");
        if (ours.has("$link")) {
          assertThat(ours.get("$link").asString()).isEqualTo(link(theirs));
        } else {
          assertThat(ours.get("$bytes").asString())
              .isEqualTo(Base64.getEncoder().withoutPadding().encodeToString(bytes));
        }
      }
      case OBJECT -> {
        assertThat(ours.propertyNames()).isEqualTo(theirs.propertyNames());
        theirs.forEachEntry((key, value) -> check(ours.get(key), value));
      }
      case ARRAY -> {
        assertThat(ours.size()).isEqualTo(theirs.size());
        for (int i = 0; i < ours.size(); i++) {
          check(ours.get(i), theirs.get(i));
        }
      }
      case STRING -> {
        assertThat(ours.isString()).isTrue();
        assertThat(ours.asString()).isEqualTo(theirs.asString());
      }
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

  /** The text of a link's CID. */
  static String link(JsonNode theirs) {
    byte[] cid = cid(theirs);
    return RandomValues.base32(new BigInteger(1, cid), cid.length);
  }

  /** A link's CID, which follows a zero byte. */
  static byte[] cid(JsonNode theirs) {
    assertThat(theirs.isBinary()).isTrue();
    byte[] bytes = theirs.binaryValue();
    assertThat(bytes).startsWith((byte) 0);
    return Arrays.copyOfRange(bytes, 1, bytes.length);
  }
}
