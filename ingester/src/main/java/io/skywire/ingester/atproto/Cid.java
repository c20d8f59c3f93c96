package io.skywire.ingester.atproto;

/**
 * CIDs, as bytes and as text. Records are named by version 1, dag-cbor, SHA-256; a link in a
 * record's data may be any well-formed version 1.
 *
 * @see <a href="https://atproto.com/specs/data-model#link-and-cid-formats">Data Model</a>
 */
final class Cid {
  /** Version, codec, hash and digest length are a byte each. */
  static final int DIGEST_AT = 4;

  static final int DIGEST_BYTES = 32;
  static final int RECORD_BYTES = DIGEST_AT + DIGEST_BYTES;

  private static final int DAG_CBOR_SHA_256 = 0x01_71_12_20;
  private static final int RAW_SHA_256 = 0x01_55_12_20;

  /** A varint of more bytes would not fit into a long. */
  private static final int VARINT_BYTES_MAX = 9;

  private static final int TEXT_CHARACTERS_MIN = 8;
  private static final int TEXT_CHARACTERS_MAX = 256;
  private static final boolean[] TEXT = Ascii.alphanumericAnd("+=");

  private Cid() {}

  /** Whether it begins like the CID of a record; the range may be longer. */
  static boolean startsAsRecord(byte[] bytes, int from, int length) {
    return length >= RECORD_BYTES && Words.four(bytes, from) == DAG_CBOR_SHA_256;
  }

  static boolean isWellFormed(byte[] bytes, int from, int length) {
    if (length == RECORD_BYTES) {
      int prefix = Words.four(bytes, from);
      if (prefix == DAG_CBOR_SHA_256 || prefix == RAW_SHA_256) {
        return true;
      }
    }
    int end = from + length;
    if (length < 1 || bytes[from] != 1) {
      return false;
    }
    int hash = afterVarint(bytes, from + 1, end);
    int digestLength = hash < 0 ? -1 : afterVarint(bytes, hash, end);
    int digest = digestLength < 0 ? -1 : afterVarint(bytes, digestLength, end);
    if (digest < 0) {
      return false;
    }
    long declared = 0;
    for (int i = digest - 1; i >= digestLength; i--) {
      declared = declared << 7 | (bytes[i] & 0x7F);
    }
    return declared == end - digest;
  }

  /** Where the minimal varint ends, or -1. */
  private static int afterVarint(byte[] bytes, int from, int end) {
    for (int i = from; i < Math.min(end, from + VARINT_BYTES_MAX); i++) {
      if (bytes[i] >= 0) {
        return bytes[i] == 0 && i > from ? -1 : i + 1;
      }
    }
    return -1;
  }

  /** Characters of the base32 text. */
  static int textLength(int bytes) {
    return 1 + (int) (((long) bytes * 8 + 4) / 5);
  }

  /**
   * Writes {@code b} and base32 without padding.
   *
   * @return where it ends in the target
   */
  static int writeText(byte[] source, int from, int length, byte[] target, int at) {
    target[at] = 'b';
    return BaseEncoding.base32(source, from, length, target, at + 1);
  }

  /** The syntax of a CID's text, whatever its base; version 0 is none. */
  static boolean isText(byte[] bytes, int from, int to) {
    if (to - from < TEXT_CHARACTERS_MIN || to - from > TEXT_CHARACTERS_MAX) {
      return false;
    }
    return Ascii.areAll(TEXT, bytes, from, to)
        && !(bytes[from] == 'Q' && bytes[from + 1] == 'm' && bytes[from + 2] == 'b');
  }
}
