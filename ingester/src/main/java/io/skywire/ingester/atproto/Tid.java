package io.skywire.ingester.atproto;

/**
 * The syntax of a TID: 13 characters of sortable base32, the top bit being zero.
 *
 * @see <a href="https://atproto.com/specs/tid">TID</a>
 */
final class Tid {
  private static final int CHARACTERS = 13;

  private Tid() {}

  static boolean isValid(byte[] bytes, int from, int to) {
    if (to - from != CHARACTERS || bytes[from] > 'j') {
      return false;
    }
    for (int i = from; i < to; i++) {
      boolean digit = bytes[i] >= '2' && bytes[i] <= '7';
      if (!digit && !Ascii.isLowerCase(bytes[i])) {
        return false;
      }
    }
    return true;
  }
}
