package io.skywire.ingester.atproto;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.POJONode;
import tools.jackson.dataformat.cbor.CBORGenerator;
import tools.jackson.dataformat.cbor.CBORMapper;

/** Random values of the data model, floats included, as an independent encoder writes them. */
final class RandomValues {
  private static final CBORMapper CBOR = new CBORMapper();
  private static final JsonNodeFactory NODES = JsonMapper.shared().getNodeFactory();
  private static final int TAG_LINK = 42;
  private static final int DIGITS = 32;
  private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

  /** A CID link; a node of its own kind, since CBOR alone knows it. */
  private record Link(BigInteger cid, int bytes) {
    byte[] withPrefix() {
      byte[] prefixed = new byte[bytes + 1];
      byte[] number = cid.toByteArray();
      System.arraycopy(number, 0, prefixed, prefixed.length - number.length, number.length);
      return prefixed;
    }

    String text() {
      return base32(cid, bytes);
    }
  }

  private RandomValues() {}

  /** Base32 as RFC 4648 has it, by arithmetic: padded with zero bits to whole digits. */
  static String base32(BigInteger cid, int bytes) {
    int digits = (bytes * 8 + 4) / 5;
    String number = cid.shiftLeft(digits * 5 - bytes * 8).toString(DIGITS);
    return "b"
        + "0"
            .repeat(digits - number.length())
            .concat(number)
            .chars()
            .mapToObj(digit -> BASE32.substring(value(digit), value(digit) + 1))
            .collect(Collectors.joining());
  }

  private static int value(int digit) {
    return Character.digit(digit, DIGITS);
  }

  static JsonNode next(Random random, int depth) {
    return switch (random.nextInt(depth > 0 ? 11 : 9)) {
      case 0 -> NODES.nullNode();
      case 1 -> NODES.booleanNode(random.nextBoolean());
      case 2 -> NODES.numberNode(random.nextLong() >> random.nextInt(64));
      case 3 -> NODES.numberNode(random.nextInt(1000) - 500);
      case 4 -> NODES.stringNode(text(random));
      case 5 -> {
        byte[] bytes = new byte[random.nextInt(50)];
        random.nextBytes(bytes);
        yield NODES.binaryNode(bytes);
      }
      case 6 -> NODES.numberNode(finite(random));
      case 7 -> NODES.numberNode((float) (random.nextInt(1_000_000) / 64.0));
      case 8 -> NODES.pojoNode(link(random));
      case 9 -> {
        ArrayNode array = NODES.arrayNode();
        int size = random.nextInt(5);
        for (int i = 0; i < size; i++) {
          array.add(next(random, depth - 1));
        }
        yield array;
      }
      default -> {
        ObjectNode object = NODES.objectNode();
        int size = random.nextInt(5);
        for (int i = 0; i < size; i++) {
          object.set(text(random), next(random, depth - 1));
        }
        yield object;
      }
    };
  }

  static byte[] toCbor(JsonNode value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (CBORGenerator cbor = (CBORGenerator) CBOR.createGenerator(bytes)) {
      write(value, cbor);
    }
    return bytes.toByteArray();
  }

  private static void write(JsonNode value, CBORGenerator cbor) {
    switch (value) {
      case POJONode node when node.getPojo() instanceof Link link -> {
        cbor.writeTag(TAG_LINK);
        cbor.writeBinary(link.withPrefix());
      }
      case ArrayNode array -> {
        cbor.writeStartArray(null, array.size());
        array.forEach(element -> write(element, cbor));
        cbor.writeEndArray();
      }
      case ObjectNode object -> {
        cbor.writeStartObject(null, object.size());
        for (Map.Entry<String, JsonNode> field : object.properties()) {
          cbor.writeName(field.getKey());
          write(field.getValue(), cbor);
        }
        cbor.writeEndObject();
      }
      default -> cbor.writeTree(value);
    }
  }

  /** The value in the data model's JSON: {@code $bytes}, {@code $link}, and floats as doubles. */
  static JsonNode toJson(JsonNode value) throws Exception {
    return switch (value) {
      case POJONode node when node.getPojo() instanceof Link link ->
          NODES.objectNode().put("$link", link.text());
      case ArrayNode array -> {
        ArrayNode json = NODES.arrayNode();
        for (JsonNode element : array) {
          json.add(toJson(element));
        }
        yield json;
      }
      case ObjectNode object -> {
        ObjectNode json = NODES.objectNode();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
          json.set(field.getKey(), toJson(field.getValue()));
        }
        yield json;
      }
      default -> {
        if (value.isBinary()) {
          String base64 = Base64.getEncoder().withoutPadding().encodeToString(value.binaryValue());
          yield NODES.objectNode().put("$bytes", base64);
        }
        yield value.isFloatingPointNumber() ? NODES.numberNode(value.doubleValue()) : value;
      }
    };
  }

  private static double finite(Random random) {
    double any = Double.longBitsToDouble(random.nextLong());
    return Double.isFinite(any) ? any : random.nextGaussian();
  }

  /** CIDv1 of a record or a blob, SHA-256. */
  private static Link link(Random random) {
    byte[] cid = new byte[Cid.RECORD_BYTES];
    random.nextBytes(cid);
    byte codec = (byte) (random.nextBoolean() ? 0x71 : 0x55);
    System.arraycopy(new byte[] {1, codec, 0x12, 0x20}, 0, cid, 0, 4);
    return new Link(new BigInteger(1, cid), cid.length);
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    int size = random.nextInt(20);
    for (int i = 0; i < size; i++) {
      int bound = new int[] {0x20, 0x80, 0x800, 0xd800, 0x110000}[random.nextInt(5)];
      int point = random.nextInt(bound);
      text.appendCodePoint(point >= 0xd800 && point < 0xe000 ? 'x' : point);
    }
    return text.toString();
  }
}
