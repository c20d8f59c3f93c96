package io.skywire.embedded.simulator;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.cbor.CBORMapper;

/**
 * A frame read back with Jackson's CBOR parser alone. A link is a binary node that begins with a
 * zero byte, since tags do not survive in a tree.
 */
@SuppressWarnings("ArrayRecordComponent")
record DecodedFrame(JsonNode header, JsonNode body) {
  private static final CBORMapper CBOR = new CBORMapper();

  static DecodedFrame of(byte[] frame) {
    try (var values = CBOR.readerFor(JsonNode.class).<JsonNode>readValues(frame)) {
      JsonNode header = values.next();
      JsonNode body = values.next();
      if (values.hasNext()) {
        throw new AssertionError("bytes behind the body");
      }
      return new DecodedFrame(header, body);
    }
  }

  long seq() {
    return body.path("seq").longValue();
  }

  String type() {
    return header.path("t").stringValue("");
  }

  static JsonNode cbor(byte[] bytes) {
    return CBOR.readTree(bytes);
  }

  /** The text of a link, null for null. */
  static @Nullable String link(JsonNode node) {
    if (node.isNull()) {
      return null;
    }
    byte[] tagged = node.binaryValue();
    if (tagged[0] != 0) {
      throw new AssertionError("a link without its leading zero");
    }
    return "b" + Cid.base32(Arrays.copyOfRange(tagged, 1, tagged.length));
  }

  /** The blocks of the body's CAR, by CID; the root is under the empty text. Checks every CID. */
  Map<String, byte[]> blocks() {
    ByteBuffer car = ByteBuffer.wrap(body.path("blocks").binaryValue());
    JsonNode header = cbor(take(car, varint(car)));
    Map<String, byte[]> blocks = new LinkedHashMap<>();
    Map<String, byte[]> all = new HashMap<>();
    while (car.hasRemaining()) {
      byte[] section = take(car, varint(car));
      byte[] block = Arrays.copyOfRange(section, 36, section.length);
      String cid = "b" + Cid.base32(Arrays.copyOf(section, 36));
      if (!cid.equals(Cid.ofDagCbor(block).toString())) {
        throw new AssertionError("the CID of a block is not that of its bytes: " + cid);
      }
      all.put(cid, block);
    }
    byte[] root = all.get(link(header.path("roots").path(0)));
    if (root == null) {
      throw new AssertionError("no block for the CAR's root");
    }
    blocks.put("", root);
    blocks.putAll(all);
    return blocks;
  }

  private static byte[] take(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static int varint(ByteBuffer in) {
    int value = 0;
    for (int shift = 0; ; shift += 7) {
      int next = in.get() & 0xff;
      value |= (next & 0x7f) << shift;
      if (next < 0x80) {
        return value;
      }
    }
  }
}
