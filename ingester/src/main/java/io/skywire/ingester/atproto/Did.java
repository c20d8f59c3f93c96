package io.skywire.ingester.atproto;

/**
 * The syntax of a DID: {@code did:method:identifier}.
 *
 * @see <a href="https://atproto.com/specs/did">DID</a>
 */
final class Did {
  static final int CHARACTERS_MAX = 2048;

  private static final boolean[] IDENTIFIER = Ascii.alphanumericAnd(":.-_%");

  private Did() {}

  static boolean isValid(byte[] bytes, int from, int to) {
    if (to - from > CHARACTERS_MAX
        || to - from < 7
        || bytes[from] != 'd'
        || bytes[from + 1] != 'i'
        || bytes[from + 2] != 'd'
        || bytes[from + 3] != ':') {
      return false;
    }
    int method = from + 4;
    int i = method;
    while (i < to && Ascii.isLowerCase(bytes[i])) {
      i++;
    }
    if (i == method || i >= to - 1 || bytes[i] != ':') {
      return false;
    }
    return Ascii.areAll(IDENTIFIER, bytes, i + 1, to)
        && bytes[to - 1] != ':'
        && bytes[to - 1] != '%';
  }
}
