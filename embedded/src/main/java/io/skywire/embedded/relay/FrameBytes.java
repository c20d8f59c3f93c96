package io.skywire.embedded.relay;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.dataformat.cbor.CBORMapper;

/** Frames of any content, right or wrong: a header and a body. */
public final class FrameBytes {
  private static final CBORMapper CBOR = new CBORMapper();

  private FrameBytes() {}

  /** {@code {"t": type, "op": 1}}; the type has less than 24 characters. */
  public static byte[] header(String type) {
    byte[] text = type.getBytes(StandardCharsets.US_ASCII);
    return concatenated(
        new byte[] {(byte) 0xa2, 0x61, 't', (byte) (0x60 + text.length)},
        text,
        new byte[] {0x62, 'o', 'p', 0x01});
  }

  /** A frame of this type with a body of plain values. */
  public static byte[] message(String type, Map<String, ?> body) {
    return concatenated(header(type), encode(body));
  }

  public static byte[] info(String name) {
    return message("#info", Map.of("name", name));
  }

  public static byte[] error(String name) {
    return concatenated(encode(Map.of("op", -1)), encode(Map.of("error", name)));
  }

  /** By way of a tree, whose lengths are known before they are written. */
  public static byte[] encode(Object value) {
    return CBOR.writeValueAsBytes(CBOR.<tools.jackson.databind.JsonNode>valueToTree(value));
  }

  public static byte[] concatenated(byte[]... parts) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      whole.writeBytes(part);
    }
    return whole.toByteArray();
  }
}
