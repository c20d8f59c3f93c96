package io.skywire.ingester.atproto;

/**
 * A datetime that is both ISO 8601 and RFC 3339, with a time zone, and names a time that exists.
 *
 * @see <a href="https://atproto.com/specs/lexicon#datetime">Lexicon</a>
 */
final class Datetime {
  private static final int CHARACTERS_MAX = 64;
  private static final int FRACTION_AT = 19;
  private static final int OFFSET_CHARACTERS = 6;

  private static final int NO_NUMBER = -1_000_000;

  private Datetime() {}

  static boolean isValid(byte[] bytes, int from, int to) {
    if (to - from > CHARACTERS_MAX || to - from <= FRACTION_AT || !hasSeparators(bytes, from)) {
      return false;
    }
    int year = twoDigits(bytes, from) * 100 + twoDigits(bytes, from + 2);
    int month = twoDigits(bytes, from + 5);
    int day = twoDigits(bytes, from + 8);
    int hour = twoDigits(bytes, from + 11);
    int minute = twoDigits(bytes, from + 14);
    int second = twoDigits(bytes, from + 17);
    return year >= 0
        && month >= 1
        && month <= 12
        && day >= 1
        && day <= daysOf(year, month)
        && isBelow(24, hour)
        && isBelow(60, minute)
        && isBelow(60, second)
        && isFractionAndZone(bytes, from + FRACTION_AT, to, year, month * 100 + day);
  }

  private static boolean hasSeparators(byte[] bytes, int from) {
    return bytes[from + 4] == '-'
        && bytes[from + 7] == '-'
        && bytes[from + 10] == 'T'
        && bytes[from + 13] == ':'
        && bytes[from + 16] == ':';
  }

  private static boolean isFractionAndZone(byte[] bytes, int from, int to, int year, int monthDay) {
    int i = from;
    if (bytes[i] == '.') {
      int digits = ++i;
      while (i < to && Ascii.isDigit(bytes[i])) {
        i++;
      }
      if (i == digits) {
        return false;
      }
    }
    if (to - i == 1) {
      return bytes[i] == 'Z';
    }
    if (to - i != OFFSET_CHARACTERS || bytes[i + 3] != ':') {
      return false;
    }
    int hours = twoDigits(bytes, i + 1);
    int minutes = twoDigits(bytes, i + 4);
    boolean offset = isBelow(24, hours) && isBelow(60, minutes);
    boolean behind = bytes[i] == '-';
    // Minus zero is RFC 3339's "unknown"; ISO 8601 has no such thing.
    boolean unknown = behind && hours == 0 && minutes == 0;
    // East of Greenwich the year's first day may begin before year 0.
    boolean beforeYearZero = !behind && year == 0 && monthDay == 101 && hours + minutes > 0;
    return offset && (behind || bytes[i] == '+') && !unknown && !beforeYearZero;
  }

  private static boolean isBelow(int bound, int number) {
    return number >= 0 && number < bound;
  }

  /** The number, or one so negative that nothing added makes up for it. */
  private static int twoDigits(byte[] bytes, int from) {
    return Ascii.isDigit(bytes[from]) && Ascii.isDigit(bytes[from + 1])
        ? 10 * (bytes[from] - '0') + bytes[from + 1] - '0'
        : NO_NUMBER;
  }

  private static int daysOf(int year, int month) {
    return switch (month) {
      case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
      case 4, 6, 9, 11 -> 30;
      default -> 31;
    };
  }
}
