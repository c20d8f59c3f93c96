package io.skywire.ingester.atproto;

/**
 * Classes of ASCII characters as the protocol's syntax knows them; no byte above 0x7F is in one.
 */
final class Ascii {
  private static final boolean[] ALPHANUMERIC = alphanumericAnd("");

  private Ascii() {}

  static boolean isDigit(byte character) {
    return character >= '0' && character <= '9';
  }

  static boolean isLowerCase(byte character) {
    return character >= 'a' && character <= 'z';
  }

  static boolean isAlphanumeric(byte character) {
    return ALPHANUMERIC[character & 0xFF];
  }

  /** Letters, digits and some more: whether each byte, as an unsigned number, is one of them. */
  static boolean[] alphanumericAnd(String more) {
    boolean[] set = new boolean[256];
    for (int c = 0; c < 128; c++) {
      set[c] = isDigit((byte) c) || isLowerCase((byte) (c | 0x20)) || more.indexOf(c) >= 0;
    }
    return set;
  }

  /** Whether the set has every byte of the range. */
  static boolean areAll(boolean[] set, byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!set[bytes[i] & 0xFF]) {
        return false;
      }
    }
    return true;
  }
}
