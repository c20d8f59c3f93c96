package io.skywire.ingester.atproto;

/**
 * The syntax of a record key.
 *
 * @see <a href="https://atproto.com/specs/record-key">Record Key</a>
 */
final class RecordKey {
  private static final int CHARACTERS_MAX = 512;

  private static final boolean[] ALLOWED = Ascii.alphanumericAnd(".-_:~");

  private RecordKey() {}

  static boolean isValid(byte[] bytes, int from, int to) {
    int length = to - from;
    if (length < 1 || length > CHARACTERS_MAX) {
      return false;
    }
    boolean dots = bytes[from] == '.' && (length == 1 || (length == 2 && bytes[from + 1] == '.'));
    return !dots && Ascii.areAll(ALLOWED, bytes, from, to);
  }
}
