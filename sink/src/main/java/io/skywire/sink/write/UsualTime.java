package io.skywire.sink.write;

import java.time.DateTimeException;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * Parses {@code 2026-07-04T14:38:09.012Z}, with up to nine digits of the second or none: as relays
 * write times, and many times as fast as a formatter, which was a fifth of the sink's work.
 */
final class UsualTime {
  private static final int SECOND_END = "2026-07-04T14:38:09".length();
  private static final int DIGITS_MAX = 9;
  private static final long MICROS = 1_000_000;

  private UsualTime() {}

  /** Microseconds since 1970; null when it is written otherwise, or is no time at all. */
  static @Nullable Long micros(String time) {
    int end = time.length() - 1;
    if (end < SECOND_END || end == SECOND_END + 1 || end > SECOND_END + 1 + DIGITS_MAX) {
      return null;
    }
    boolean punctuated =
        time.charAt(4) == '-'
            && time.charAt(7) == '-'
            && time.charAt(10) == 'T'
            && time.charAt(13) == ':'
            && time.charAt(16) == ':'
            && (end == SECOND_END || time.charAt(SECOND_END) == '.')
            && time.charAt(end) == 'Z';
    int year = number(time, 0, 4);
    int month = number(time, 5, 7);
    int day = number(time, 8, 10);
    int hour = number(time, 11, 13);
    int minute = number(time, 14, 16);
    int second = number(time, 17, SECOND_END);
    int fraction = end == SECOND_END ? 0 : number(time, SECOND_END + 1, end);
    if (!punctuated
        || (year | month | day | hour | minute | second | fraction) < 0
        || hour > 23
        || minute > 59
        || second > 59) {
      return null;
    }
    try {
      long days = LocalDate.of(year, month, day).toEpochDay();
      long seconds = ((days * 24 + hour) * 60 + minute) * 60 + second;
      return seconds * MICROS + micros(fraction, end - SECOND_END - 1);
    } catch (DateTimeException noSuchDay) {
      return null;
    }
  }

  private static long micros(int fraction, int digits) {
    long micros = fraction;
    for (int digit = Math.max(digits, 0); digit < 6; digit++) {
      micros *= 10;
    }
    for (int digit = digits; digit > 6; digit--) {
      micros /= 10;
    }
    return micros;
  }

  /** Digits alone; negative when there is anything else. */
  private static int number(String text, int from, int to) {
    int number = 0;
    for (int at = from; at < to; at++) {
      int digit = text.charAt(at) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = 10 * number + digit;
    }
    return number;
  }
}
