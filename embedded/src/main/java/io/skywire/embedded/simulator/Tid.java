package io.skywire.embedded.simulator;

/**
 * Timestamp identifiers: 13 characters that sort as the time they stand for.
 *
 * @see <a href="https://atproto.com/specs/tid">TID</a>
 */
final class Tid {
  private static final String ALPHABET = "234567abcdefghijklmnopqrstuvwxyz";

  private Tid() {}

  /** The TID of a time in microseconds since 1970 and a clock id of 10 bits. */
  static String of(long micros, int clockId) {
    long value = micros << 10 | (clockId & 0x3ff);
    char[] text = new char[13];
    for (int i = 12; i >= 0; i--) {
      text[i] = ALPHABET.charAt((int) (value & 31));
      value >>>= 5;
    }
    return new String(text);
  }
}
