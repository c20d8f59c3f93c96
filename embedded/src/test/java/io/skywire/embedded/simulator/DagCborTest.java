package io.skywire.embedded.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

class DagCborTest {
  @Test
  void bytesAndCidsAreThoseOfTheVectors() {
    for (JsonNode vector : Corpus.json("interop/data-model/data-model-fixtures.json")) {
      byte[] encoded = DagCbor.encode(vector.path("json"));

      assertThat(Base64.getEncoder().withoutPadding().encodeToString(encoded))
          .isEqualTo(vector.path("cbor_base64").stringValue());
      assertThat(Cid.ofDagCbor(encoded)).hasToString(vector.path("cid").stringValue());
    }
  }

  @Test
  void integersTakeTheShortestForm() {
    assertThat(hex(0)).isEqualTo("00");
    assertThat(hex(23)).isEqualTo("17");
    assertThat(hex(24)).isEqualTo("1818");
    assertThat(hex(0xFFFF_FFFFL)).isEqualTo("1affffffff");
    assertThat(hex(0x1_0000_0000L)).isEqualTo("1b0000000100000000");
    assertThat(hex((1L << 53) - 1)).isEqualTo("1b001fffffffffffff");
    assertThat(hex(-1)).isEqualTo("20");
    assertThat(hex(-0x1_0000_0000L)).isEqualTo("3affffffff");
    assertThat(hex(-0x1_0000_0001L)).isEqualTo("3b0000000100000000");
    assertThat(hex(1 - (1L << 53))).isEqualTo("3b001ffffffffffffe");
  }

  @Test
  void longTextIsOnePieceOfDefiniteLength() {
    byte[] encoded = DagCbor.encode(JsonNodeFactory.instance.stringNode("é".repeat(50_000)));

    assertThat(HexFormat.of().formatHex(encoded, 0, 7)).isEqualTo("7a000186a0c3a9");
    assertThat(encoded).hasSize(5 + 100_000);
  }

  @Test
  void shorterKeysComeFirst() {
    JsonNode map = JsonNodeFactory.instance.objectNode().put("op", 1).put("t", 2).put("b", 3);

    assertThat(HexFormat.of().formatHex(DagCbor.encode(map)))
        .isEqualTo("a361620361740262" + "6f7001");
  }

  @Test
  void onlyARealLinkIsALink() {
    JsonNode disguised = JsonNodeFactory.instance.objectNode().put("$link", "nope");

    assertThat(DagCbor.encode(disguised)[0]).isEqualTo((byte) 0xa1);
  }

  private static String hex(long number) {
    return HexFormat.of().formatHex(DagCbor.encode(JsonNodeFactory.instance.numberNode(number)));
  }
}
