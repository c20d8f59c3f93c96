package io.skywire.ingester.atproto;

/**
 * UTF-8 as the Unicode standard defines it: no overlong forms, no surrogates, nothing above
 * U+10FFFF.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc3629">RFC 3629</a>
 */
final class Utf8 {
  private Utf8() {}

  /**
   * @param at where a character of more than one byte begins
   * @return where the next one begins
   */
  static int afterCharacter(byte[] bytes, int at, int end) throws MalformedFrameException {
    int first = bytes[at] & 0xFF;
    int following = first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
    if (first >= 0xC2 && first <= 0xF4 && end - at > following) {
      // The second byte's range also rules out overlong forms, surrogates and too large ones.
      int second = bytes[at + 1] & 0xFF;
      int lowest = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
      int highest = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
      if (second >= lowest
          && second <= highest
          && (following < 2 || bytes[at + 2] < (byte) 0xC0)
          && (following < 3 || bytes[at + 3] < (byte) 0xC0)) {
        return at + 1 + following;
      }
    }
    throw new MalformedFrameException("invalid UTF-8", at);
  }
}
