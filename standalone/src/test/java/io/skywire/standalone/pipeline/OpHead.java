package io.skywire.standalone.pipeline;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.dataformat.cbor.CBORMapper;

/** What an op in a frame says of its record, read by others than ours. */
record OpHead(String action, String path, String cid) {
  private static final CBORMapper CBOR = new CBORMapper();
  private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
  private static final int DIGITS = 32;

  /** Of the frame's ops, in their order; none where it is no commit. */
  static List<OpHead> ofFrame(byte[] frame) {
    return body(frame)
        .path("ops")
        .valueStream()
        .map(op ->
            new OpHead(
                op.path("action").asString(),
                op.path("path").asString(),
                text(op.path("cid").binaryValue())))
        .toList();
  }

  String collection() {
    return path.substring(0, path.indexOf('/'));
  }

  String rkey() {
    return path.substring(path.indexOf('/') + 1);
  }

  /** A frame's second CBOR item. */
  private static JsonNode body(byte[] frame) {
    try (MappingIterator<JsonNode> items = CBOR.readerFor(JsonNode.class).readValues(frame)) {
      items.next();
      return items.next();
    }
  }

  /** Base32 as RFC 4648 has it, by arithmetic: padded with zero bits to whole digits. */
  private static String text(byte[] link) {
    // A link is a CID behind a zero byte.
    byte[] cid = Arrays.copyOfRange(link, 1, link.length);
    int bits = cid.length * Byte.SIZE;
    int digits = (bits + 4) / 5;
    String number = new BigInteger(1, cid).shiftLeft(digits * 5 - bits).toString(DIGITS);
    return "0"
        .repeat(digits - number.length())
        .concat(number)
        .chars()
        .map(digit -> BASE32.charAt(Character.digit(digit, DIGITS)))
        .mapToObj(Character::toString)
        .collect(Collectors.joining("", "b", ""));
  }
}
