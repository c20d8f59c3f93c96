package io.skywire.ingester.atproto;

/** Text of a hostile frame made safe to show: bounded, printable ASCII. */
final class Printable {
  static final int CHARACTERS_MAX = 300;

  private static final int KEY_CHARACTERS_MAX = 40;

  private Printable() {}

  /** A map's key as a part of a place. */
  static String key(byte[] bytes, int from, int length) {
    return "." + text(bytes, from, Math.min(length, KEY_CHARACTERS_MAX));
  }

  /** At most 300 characters; any that is not printable becomes a question mark. */
  static String text(byte[] bytes, int from, int length) {
    int shown = Math.min(length, CHARACTERS_MAX);
    StringBuilder printable = new StringBuilder(shown);
    for (int i = from; i < from + shown; i++) {
      boolean safe = bytes[i] >= ' ' && bytes[i] < 0x7F;
      printable.append(safe ? (char) bytes[i] : '?');
    }
    return printable.toString();
  }
}
