package io.skywire.standalone.command;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A time as people give it: how long ago, or an ISO 8601 datetime with its zone. */
final class Since {
  private static final Pattern AGO = Pattern.compile("([0-9]{1,6})([smhd])");

  private Since() {}

  /** The instant, or null for a text that is none. */
  static @Nullable Instant parse(String text, Instant now) {
    Matcher ago = AGO.matcher(text);
    if (ago.matches()) {
      long count = Long.parseLong(ago.group(1));
      return now.minus(
          switch (ago.group(2)) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
          });
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException none) {
      return null;
    }
  }
}
