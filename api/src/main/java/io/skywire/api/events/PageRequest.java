package io.skywire.api.events;

import io.skywire.api.filters.Choice;
import io.skywire.api.filters.EventFilter;
import io.skywire.api.problems.BadParameterException;
import io.skywire.api.tokens.TokenCheck;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a reader asks for.
 *
 * @param since the seq after which to read, exclusive
 * @param through the seq up to which to read, inclusive, {@link Long#MAX_VALUE} for all
 * @param limit events at most
 */
record PageRequest(long since, long through, int limit, EventFilter filter) {
  static final int LIMIT_DEFAULT = 100;
  static final int LIMIT_MAX = 1_000;

  /** Below what clients and proxies wait for an answer. */
  static final Duration WAIT_MAX = Duration.ofSeconds(30);

  private static final Pattern DIGITS = Pattern.compile("[0-9]+");

  /** Up to the watermark. */
  static PageRequest of(long since, int limit, EventFilter filter) {
    return new PageRequest(since, Long.MAX_VALUE, limit, filter);
  }

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
    return of(seq("since", since), limit(single(request, "limit")), filter(request));
  }

  /** What the reader asks for and its token sees. */
  static EventFilter filter(HttpServletRequest request) {
    return asked(request).within(TokenCheck.token(request).scope());
  }

  private static EventFilter asked(HttpServletRequest request) {
    EventFilter exact =
        EventFilter.of(single(request, "event_type"), null, single(request, "repo"));
    String collection = single(request, "collection");
    try {
      return collection == null
          ? exact
          : new EventFilter(exact.types(), Choice.ofPatterns(List.of(collection)), exact.repos());
    } catch (IllegalArgumentException wrong) {
      throw new BadParameterException("collection: " + wrong.getMessage());
    }
  }

  /**
   * Where a stream goes on: after what the client had last, or else after {@code since}; null when
   * it asks for what comes from now on.
   */
  static @Nullable Long resumesAfter(HttpServletRequest request) {
    String last = request.getHeader("Last-Event-ID");
    if (last != null && !last.isEmpty()) {
      return seq("Last-Event-ID", last);
    }
    String since = single(request, "since");
    return since == null ? null : seq("since", since);
  }

  /** The same of what comes after a seq. */
  PageRequest after(long seq) {
    return new PageRequest(seq, through, limit, filter);
  }

  /** The same up to a seq. */
  PageRequest through(long seq) {
    return new PageRequest(since, seq, limit, filter);
  }

  /** How long a reader wants to wait for something to come; not at all when it does not say. */
  static Duration wait(HttpServletRequest request) {
    String text = single(request, "wait");
    if (text == null) {
      return Duration.ZERO;
    }
    if (!DIGITS.matcher(text).matches()) {
      throw new BadParameterException("wait is not a whole number of seconds");
    }
    String seconds = text.replaceFirst("^0+(?=.)", "");
    return seconds.length() > 2 || Integer.parseInt(seconds) > WAIT_MAX.toSeconds()
        ? WAIT_MAX
        : Duration.ofSeconds(Integer.parseInt(seconds));
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

  static @Nullable String single(HttpServletRequest request, String name) {
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
