package io.skywire.sink.write;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses what {@link UsualTime} leaves. A datetime of the AT Protocol may have any number of digits
 * of the second, of which the library takes nine, and an offset of up to 23:59, of which it takes
 * 18 hours.
 */
final class RareTime {
  /** To the second; nine digits of it; the offset's sign; the offset. */
  private static final Pattern DATETIME =
      Pattern.compile("(.{19})(?:\\.([0-9]{1,9})[0-9]*)?(?:Z|([+-])([0-9]{2}:[0-9]{2}))");

  private RareTime() {}

  /**
   * @throws DateTimeException when it is no time
   */
  static Instant parse(String time) {
    Matcher parts = DATETIME.matcher(time);
    if (!parts.matches()) {
      return OffsetDateTime.parse(time).toInstant();
    }
    String fraction = parts.start(2) < 0 ? "" : "." + parts.group(2);
    Instant local = LocalDateTime.parse(parts.group(1) + fraction).toInstant(ZoneOffset.UTC);
    if (parts.start(4) < 0) {
      return local;
    }
    long offset = LocalTime.parse(parts.group(4)).toSecondOfDay();
    return local.minusSeconds("-".equals(parts.group(3)) ? -offset : offset);
  }
}
