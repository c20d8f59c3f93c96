package io.skywire.api.events;

import io.skywire.api.problems.BadParameterException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a reader asks for.
 *
 * @param since the seq after which to read, exclusive
 * @param limit events at most
 */
record PageRequest(long since, int limit, EventFilter filter) {
  static final int LIMIT_DEFAULT = 100;
  static final int LIMIT_MAX = 1_000;

  private static final Pattern DIGITS = Pattern.compile("[0-9]+");

  /**
   * Parameters that it does not know are ignored.
   *
   * @throws BadParameterException when one that it knows cannot be right
   */
  static PageRequest from(HttpServletRequest request) {
    String since = single(request, "since");
    if (since == null) {
      throw new BadParameterException("since is required: the seq after which to read, 0 for all");
    }
    return new PageRequest(
        seq("since", since),
        limit(single(request, "limit")),
        new EventFilter(
            single(request, "event_type"), single(request, "collection"), single(request, "repo")));
  }

  static long seq(String name, String text) {
    if (DIGITS.matcher(text).matches()) {
      try {
        return Long.parseLong(text);
      } catch (NumberFormatException tooLarge) {
        // refused below, as everything else that is no seq
      }
    }
    throw new BadParameterException(name + " is not a whole number from 0 to " + Long.MAX_VALUE);
  }

  private static int limit(@Nullable String text) {
    if (text == null) {
      return LIMIT_DEFAULT;
    }
    if (DIGITS.matcher(text).matches()) {
      String number = text.replaceFirst("^0+", "");
      if (number.length() > 4) {
        return LIMIT_MAX;
      }
      if (!number.isEmpty()) {
        return Math.min(Integer.parseInt(number), LIMIT_MAX);
      }
    }
    throw new BadParameterException("limit is not a whole number of at least 1");
  }

  private static @Nullable String single(HttpServletRequest request, String name) {
    String[] values = request.getParameterValues(name);
    if (values == null) {
      return null;
    }
    if (values.length > 1) {
      throw new BadParameterException(name + " is given more than once");
    }
    return values[0];
  }
}
