package io.skywire.ingester.atproto;

/**
 * Bytes as characters of five or six bits each, without padding. Eight characters at a time are
 * looked up in pairs and stored at once.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4648">RFC 4648</a>
 */
final class BaseEncoding {
  private static final byte[] BASE32 = JsonWriter.ascii("abcdefghijklmnopqrstuvwxyz234567");
  private static final byte[] BASE64 =
      JsonWriter.ascii("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");

  private static final short[] BASE32_PAIRS = pairs(BASE32);
  private static final short[] BASE64_PAIRS = pairs(BASE64);

  private BaseEncoding() {}

  /**
   * Lower case.
   *
   * @return where it ends in the target
   */
  static int base32(byte[] source, int from, int length, byte[] target, int at) {
    int o = at;
    int i = from;
    int whole = from + length / 5 * 5;
    while (i < whole) {
      int high = Words.four(source, i);
      int low = source[i + 4] & 0xFF;
      Words.putEight(
          target,
          o,
          eight(
              BASE32_PAIRS[high >>> 22],
              BASE32_PAIRS[(high >>> 12) & 1023],
              BASE32_PAIRS[(high >>> 2) & 1023],
              BASE32_PAIRS[((high << 8) & 1023) | low]));
      i += 5;
      o += 8;
    }
    return rest(BASE32, 5, source, i, from + length, target, o);
  }

  /**
   * The standard alphabet, not that of URLs.
   *
   * @return where it ends in the target
   */
  static int base64(byte[] source, int from, int length, byte[] target, int at) {
    int o = at;
    int i = from;
    int whole = from + length / 6 * 6;
    while (i < whole) {
      int high = Words.four(source, i);
      int low = (source[i + 4] & 0xFF) << 8 | (source[i + 5] & 0xFF);
      Words.putEight(
          target,
          o,
          eight(
              BASE64_PAIRS[high >>> 20],
              BASE64_PAIRS[(high >>> 8) & 4095],
              BASE64_PAIRS[((high << 4) & 4095) | (low >>> 12)],
              BASE64_PAIRS[low & 4095]));
      i += 6;
      o += 8;
    }
    return rest(BASE64, 6, source, i, from + length, target, o);
  }

  private static int rest(
      byte[] alphabet, int bitsEach, byte[] source, int from, int to, byte[] target, int at) {
    int o = at;
    int mask = alphabet.length - 1;
    int bits = 0;
    int held = 0;
    for (int i = from; i < to; i++) {
      bits = bits << 8 | (source[i] & 0xFF);
      for (held += 8; held >= bitsEach; held -= bitsEach) {
        target[o++] = alphabet[(bits >>> (held - bitsEach)) & mask];
      }
    }
    if (held > 0) {
      target[o++] = alphabet[(bits << (bitsEach - held)) & mask];
    }
    return o;
  }

  /** Eight characters of four pairs. */
  private static long eight(short first, short second, short third, short fourth) {
    return (first & 0xFFFFL)
        | (second & 0xFFFFL) << 16
        | (third & 0xFFFFL) << 32
        | (long) fourth << 48;
  }

  /** Every two characters, by the bits that they stand for; the first one in the low byte. */
  private static short[] pairs(byte[] alphabet) {
    short[] pairs = new short[alphabet.length * alphabet.length];
    for (int pair = 0; pair < pairs.length; pair++) {
      byte first = alphabet[pair / alphabet.length];
      byte second = alphabet[pair % alphabet.length];
      pairs[pair] = (short) (second << 8 | first);
    }
    return pairs;
  }
}
