package io.skywire.embedded.relay;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
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

  /**
   * A map, list, text, number, boolean or null in CBOR, its lengths definite, its keys in the order
   * of the map.
   */
  public static byte[] encode(Object value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator cbor = CBOR.createGenerator(bytes)) {
      write(value, cbor);
    }
    return bytes.toByteArray();
  }

  private static void write(@Nullable Object value, JsonGenerator cbor) {
    switch (value) {
      case Map<?, ?> map -> {
        cbor.writeStartObject(null, map.size());
        map.forEach((key, inner) -> {
          cbor.writeName((String) key);
          write(inner, cbor);
        });
        cbor.writeEndObject();
      }
      case List<?> list -> {
        cbor.writeStartArray(null, list.size());
        list.forEach(inner -> write(inner, cbor));
        cbor.writeEndArray();
      }
      case String text -> {
        // Not writeString: it cuts a long text into chunks, which DAG-CBOR forbids.
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        cbor.writeUTF8String(utf8, 0, utf8.length);
      }
      case Integer number -> cbor.writeNumber(number);
      case Long number -> cbor.writeNumber(number);
      case Double number -> cbor.writeNumber(number);
      case Boolean flag -> cbor.writeBoolean(flag);
      case null -> cbor.writeNull();
      default -> throw new IllegalArgumentException("no encoding for a " + value.getClass());
    }
  }

  public static byte[] concatenated(byte[]... parts) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      whole.writeBytes(part);
    }
    return whole.toByteArray();
  }
}
