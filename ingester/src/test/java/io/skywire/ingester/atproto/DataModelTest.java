package io.skywire.ingester.atproto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.cbor.CBORMapper;

class DataModelTest {
  private static final CBORMapper CBOR = new CBORMapper();

  private final DataModelTranscoder transcoder = new DataModelTranscoder();

  private String transcode(byte[] cbor) throws MalformedFrameException {
    JsonWriter json = new JsonWriter();
    json.clear();
    json.limit(FrameDecoder.JSON_BYTES_MAX);
    int end = transcoder.transcode(cbor, 0, cbor.length, DataModelTranscoder.LEVELS_MAX, json);
    assertThat(end).isEqualTo(cbor.length);
    return new String(json.toByteArray(), StandardCharsets.UTF_8);
  }

  private String transcodeHex(String hex) throws MalformedFrameException {
    return transcode(HexFormat.of().parseHex(hex));
  }

  @Test
  void theProtocolsVectorsHaveTheJsonAndTheCidThatTheySay() throws Exception {
    JsonNode fixtures = Corpus.json("interop/data-model/data-model-fixtures.json");
    assertThat(fixtures.size()).isPositive();
    for (JsonNode fixture : fixtures) {
      byte[] cbor = Base64.getDecoder().decode(fixture.get("cbor_base64").asString());
      assertThat(Corpus.JSON.readTree(transcode(cbor))).isEqualTo(fixture.get("json"));
      byte[] cid = new byte[Cid.RECORD_BYTES];
      byte[] prefix = {1, 0x71, 0x12, 0x20};
      System.arraycopy(prefix, 0, cid, 0, prefix.length);
      System.arraycopy(
          MessageDigest.getInstance("SHA-256").digest(cbor),
          0,
          cid,
          Cid.DIGEST_AT,
          Cid.DIGEST_BYTES);
      byte[] text = new byte[Cid.textLength(cid.length)];
      Cid.writeText(cid, 0, cid.length, text, 0);
      assertThat(text).asString(StandardCharsets.US_ASCII).isEqualTo(fixture.get("cid").asString());
    }
  }

  /** A repo may hold a map in disguise; a firehose consumer passes on what the repo holds. */
  @Test
  void whatOnlyALexiconWouldRefuseIsPassedOnUnchanged() throws Exception {
    for (String file : new String[] {"data-model-valid", "data-model-invalid"}) {
      JsonNode vectors = Corpus.json("interop/data-model/" + file + ".json");
      assertThat(vectors.size()).isPositive();
      for (JsonNode vector : vectors) {
        JsonNode json = vector.get("json");
        assertThat(Corpus.JSON.readTree(transcode(CBOR.writeValueAsBytes(plain(json)))).toString())
            .isEqualTo(json.toString());
      }
    }
  }

  /** With doubles, since the encoder gives exact decimals a tag. */
  private static JsonNode plain(JsonNode json) {
    return JsonMapper.shared().readTree(json.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "00, 0",
    "1bffffffffffffffff, 18446744073709551615",
    "3bffffffffffffffff, -18446744073709551616",
    "1b001fffffffffffff, 9007199254740991",
    "3b001ffffffffffffe, -9007199254740991",
    "1b7fffffffffffffff, 9223372036854775807",
    "1b8000000000000000, 9223372036854775808",
    "3b7fffffffffffffff, -9223372036854775808",
    "3b8000000000000000, -9223372036854775809",
    "f4, false",
    "f5, true",
    "f6, null",
    "40, '{\"$bytes\":\"\"}'",
    "4101, '{\"$bytes\":\"AQ\"}'",
    "4401020304, '{\"$bytes\":\"AQIDBA\"}'",
    "80, []",
    "a0, {}",
    "a16000, '{\"\":0}'",
    "6100, '\"\\u0000\"'",
    "6122, '\"\\\"\"'",
    "64f09f9880, '\"😀\"'",
    "62c280, '\"\u0080\"'",
    "62dfbf, '\"\u07ff\"'",
    "63e0a080, '\"\u0800\"'",
    "63ed9fbf, '\"\ud7ff\"'",
    "63ee8080, '\"\ue000\"'",
    "63efbfbf, '\"\uffff\"'",
    "64f0908080, '\"\ud800\udc00\"'",
    "64f48fbfbf, '\"\udbff\udfff\"'",
    "1800, 0"
  })
  void valuesAreWritten(String hex, String json) throws Exception {
    assertThat(transcodeHex(hex)).isEqualTo(json);
  }

  @Test
  void floatsTurnUpAndAreKept() throws Exception {
    assertThat(new BigDecimal(transcodeHex("fb3ff8000000000000"))).isEqualByComparingTo("1.5");
    assertThat(new BigDecimal(transcodeHex("fa3fc00000"))).isEqualByComparingTo("1.5");
    assertThat(new BigDecimal(transcodeHex("f93e00"))).isEqualByComparingTo("1.5");
    assertThat(Double.parseDouble(transcodeHex("fb7fefffffffffffff"))).isEqualTo(Double.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "f97c00",
        "f97e00",
        "fb7ff0000000000000",
        "fb7ff8000000000000", // infinite, not a number
        "9fff",
        "bfff",
        "7f6161ff",
        "5f4101ff", // indefinite lengths
        "c000",
        "d82b00",
        "d82b450001710000",
        "d82a6161",
        "d82a4100",
        "d82a410071", // tags, links that are none
        "f7",
        "e0",
        "f8ff", // undefined, simple values
        "a10000",
        "a1410000", // keys that are no text
        "a2616100616101",
        "a3616200616100616201", // duplicate keys, also out of order
        "61ff",
        "63eda080",
        "62c080",
        "63e09fbf",
        "64f08fbfbf",
        "64f4908080",
        "62c27f",
        "62c2c0",
        "63e2827f",
        "63e282c0",
        "64f09f987f",
        "64f09f98c0",
        "61c3",
        "62e282",
        "63f09f98",
        "8261c380", // no UTF-8
        "1c",
        "ff",
        "61",
        "1b00",
        "1c00000000000000000000000000000000" // reserved, cut
      })
  void whatDagCborDoesNotAllowIsRefusedWithThePlace(String hex) {
    assertThatThrownBy(() -> transcodeHex(hex)).isInstanceOf(MalformedFrameException.class);
  }

  /** Version 1 of any codec and hash, as another encoder writes them. */
  @ParameterizedTest
  @CsvSource({
    "d82a450001710000, bafyqaaa",
    "d82a4a000155000568656c6c6f, bafkqablimvwgy3y",
    "d82a4b000155000668656c6c6f21, bafkqabtimvwgy3zb",
    "d82a5827000155a0e40220cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd,"
        + " bafk2bzacedg43tonzxg43tonzxg43tonzxg43tonzxg43tonzxg43tonzxg42"
  })
  void aLinkMayBeOfAnyHash(String hex, String text) throws Exception {
    assertThat(transcodeHex(hex)).isEqualTo("{\"$link\":\"" + text + "\"}");
  }

  @Test
  void aLinkOfALongDigestIsKept() throws Exception {
    // Its length takes two bytes.
    assertThat(transcodeHex("d82a5887000171008101" + "00".repeat(129)))
        .isEqualTo("{\"$link\":\"bafyqbaib" + "a".repeat(207) + "\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "d82a4100",
        "d82a420001",
        "d82a43000171",
        "d82a4400017100", // cut
        "d82a4a000255000568656c6c6f", // version 2
        "d82a49000155000568656c6c",
        "d82a4b000155000568656c6c6f6f", // another length of digest than it says
        "d82a4b00015500850068656c6c6f",
        "d82a4b000155800005 68656c6c6f", // numbers longer than they need be
        "d82a4e000155ffffffffffffffffff7f00" // a number beyond all
      })
  void aLinkThatIsNoCidIsRefused(String hex) {
    assertThatThrownBy(() -> transcodeHex(hex.replace(" ", "")))
        .isInstanceOf(MalformedFrameException.class)
        .hasMessage("invalid CID");
  }

  @Test
  void aCidThatBreaksOffIsNotReadOnAtTheBeginningOfTheBytes() {
    byte[] bytes = {0, 3, 1, (byte) 0x80, (byte) 0x80};
    assertThat(Cid.isWellFormed(bytes, 2, 3)).isFalse();
  }

  @Test
  void keysOutOfOrderAreAccepted() throws Exception {
    assertThat(transcodeHex("a2616200616101")).isEqualTo("{\"b\":0,\"a\":1}");
  }

  @Test
  void aKeyThatAMapHasTwiceIsFoundAmongAnyInAnyOrder() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      List<Integer> keys = new ArrayList<>();
      for (int key = 0; key < 2 + random.nextInt(30); key++) {
        keys.add(7 * key);
      }
      Collections.shuffle(keys, random);
      assertThat(Corpus.JSON.readTree(transcode(mapOf(keys))).size()).isEqualTo(keys.size());
      keys.add(keys.get(random.nextInt(keys.size())));
      Collections.shuffle(keys, random);
      assertThatThrownBy(() -> transcode(mapOf(keys)))
          .as("seed %d, keys %s", seed, keys)
          .isInstanceOf(MalformedFrameException.class)
          .hasMessage("duplicate map key");
    }
  }

  @Test
  void aMapMayHaveManyKeysEachOnce() throws Exception {
    List<Integer> keys = new ArrayList<>(IntStream.range(1_000, 4_000).boxed().toList());
    assertThat(Corpus.JSON.readTree(transcode(mapOf(keys))).size()).isEqualTo(3_000);
    keys.add(1_000);
    assertThatThrownBy(() -> transcode(mapOf(keys))).hasMessage("duplicate map key");
  }

  /** Its keys are the numbers as text. */
  private static byte[] mapOf(List<Integer> keys) {
    ByteArrayOutputStream cbor = new ByteArrayOutputStream();
    cbor.write(0xb9);
    cbor.write(keys.size() >> 8);
    cbor.write(keys.size());
    for (int key : keys) {
      byte[] text = Integer.toString(key).getBytes(StandardCharsets.US_ASCII);
      cbor.write(0x60 + text.length);
      cbor.writeBytes(text);
      cbor.write(0);
    }
    return cbor.toByteArray();
  }

  /** Where what is written reaches the end of the writer's first buffer, and it has to grow. */
  @ParameterizedTest
  @CsvSource({
    "818181818181818181818181818181818181818181818180,"
        + " [[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]",
    "1b7fffffffffffffff, 9223372036854775807",
    "fb3ff8000000000000, 1.5",
    "d82a4a000155000568656c6c6f, '{\"$link\":\"bafkqablimvwgy3y\"}'",
    "550102030401020304010203040102030401020304ff,"
        + " '{\"$bytes\":\"AQIDBAECAwQBAgMEAQIDBAECAwT/\"}'",
    "6a01020304050607080b0c,"
        + " '\"\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\u000b\\f\"'",
    "6cf09f9880f09f9880f09f9880, '\"😀😀😀\"'",
    "a46161f46162f56163f66164a0, '{\"a\":false,\"b\":true,\"c\":null,\"d\":{}}'"
  })
  void valuesAreWrittenBeyondTheEndOfABuffer(String hex, String json) throws Exception {
    for (int length = 65_465; length < 65_525; length++) {
      String text = "x".repeat(length);
      String cbor = "827a%08x%s%s".formatted(length, "78".repeat(length), hex);
      assertThat(transcodeHex(cbor)).isEqualTo("[\"" + text + "\"," + json + "]");
    }
  }

  @Test
  void nestingIsBounded() throws Exception {
    assertThat(transcode(nested(DataModelTranscoder.LEVELS_MAX))).startsWith("[[[");
    assertThatThrownBy(() -> transcode(nested(DataModelTranscoder.LEVELS_MAX + 1)))
        .isInstanceOf(MalformedFrameException.class);
  }

  private static byte[] nested(int levels) {
    ByteArrayOutputStream cbor = new ByteArrayOutputStream();
    for (int i = 0; i < levels; i++) {
      cbor.write(0x81);
    }
    cbor.write(0);
    return cbor.toByteArray();
  }

  @Test
  void randomValuesOfAnIndependentEncoderComeBackAsTheyWere() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      JsonNode value = RandomValues.next(random, 5);
      // With doubles: the shortest text of one is not unique, the double is.
      assertThat(JsonMapper.shared().readTree(transcode(RandomValues.toCbor(value))).toString())
          .as("seed %d, value %d", seed, i)
          .isEqualTo(RandomValues.toJson(value).toString());
    }
  }

  /** JSON has no text for them, so the op gets an error in place of a record. */
  @Test
  void aFloatThatIsNoNumberIsRefusedWhereverItIs() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    double[] none = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
    for (int i = 0; i < 2_000; i++) {
      ObjectNode record = CBOR.createObjectNode();
      record.set("before", RandomValues.next(random, 3));
      record.putArray("list").add(RandomValues.next(random, 3)).add(none[i % none.length]);
      assertThatThrownBy(() -> transcode(RandomValues.toCbor(record)))
          .as("seed %d, value %d", seed, i)
          .isInstanceOfSatisfying(
              MalformedFrameException.class,
              malformed -> assertThat(malformed.detail()).contains("list[1]", "no number"));
    }
  }
}
