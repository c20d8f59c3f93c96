package io.skywire.ingester.atproto;

/**
 * Classes of ASCII characters as the protocol's syntax knows them; no byte above 0x7F is in one.
 */
final class Ascii {
  private Ascii() {}

  static boolean isDigit(byte character) {
    return character >= '0' && character <= '9';
  }

  static boolean isLowerCase(byte character) {
    return character >= 'a' && character <= 'z';
  }

  static boolean isLetter(byte character) {
    return isLowerCase((byte) (character | 0x20)) && character > 0;
  }

  static boolean isAlphanumeric(byte character) {
    return isLetter(character) || isDigit(character);
  }
}
