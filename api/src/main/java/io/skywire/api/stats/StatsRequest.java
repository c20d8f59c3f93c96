package io.skywire.api.stats;

import io.skywire.api.filters.EventFilter;
import io.skywire.api.filters.OutOfScopeException;
import io.skywire.api.problems.BadParameterException;
import io.skywire.api.tokens.TokenCheck;
import jakarta.servlet.http.HttpServletRequest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a reader asks for.
 *
 * @param minutes how many
 * @param to the minute before which they end; null for the end of the current one
 * @param by what counts are told apart by; at least one
 * @param total whether there is one count for all of the time, not one a minute
 * @param limit rows at most
 * @param scope what the token sees
 */
record StatsRequest(
    int minutes,
    @Nullable Instant to,
    Set<Grouping> by,
    boolean total,
    int limit,
    EventFilter scope) {
  private static final int MINUTES_DEFAULT = 60;
  private static final int MINUTES_MAX = 24 * 60;
  private static final int LIMIT_MAX = 1_000;
  private static final int LIMIT_TOTAL_DEFAULT = 100;

  /** Of those that can be written; PostgreSQL holds all of them. */
  private static final Instant TO_MAX = Instant.parse("9999-12-31T23:59:00Z");

  private static final Pattern DIGITS = Pattern.compile("[0-9]+");

  /**
   * Parameters that it does not know are ignored.
   *
   * @throws BadParameterException when one that it knows cannot be right
   * @throws OutOfScopeException when the answer would tell of events that the token does not see
   */
  static StatsRequest from(HttpServletRequest request) {
    boolean total = isTotal(single(request, "per"));
    int minutes = number("minutes", single(request, "minutes"), MINUTES_DEFAULT);
    if (minutes > MINUTES_MAX) {
      throw new BadParameterException("minutes is not a whole number from 1 to " + MINUTES_MAX);
    }
    Instant to = to(single(request, "to"));
    int limit = number("limit", single(request, "limit"), total ? LIMIT_TOTAL_DEFAULT : LIMIT_MAX);
    Set<Grouping> by = by(single(request, "by"));
    EventFilter scope = TokenCheck.token(request).scope();
    requireInScope(by, scope);
    return new StatsRequest(minutes, to, by, total, Math.min(limit, LIMIT_MAX), scope);
  }

  /** Whether what is counted is ops and not events, wherever there are any. */
  static boolean countsOps(Set<Grouping> by) {
    return by.contains(Grouping.COLLECTION) || by.contains(Grouping.ACTION);
  }

  /** Counts know types and collections: what is limited in another way cannot be told from them. */
  private static void requireInScope(Set<Grouping> by, EventFilter scope) {
    if (scope.repos() != null) {
      throw new OutOfScopeException(
          "the token's scope is of some repos, and counts are of all: there are none for it");
    }
    if (scope.collections() != null && !countsOps(by)) {
      throw new OutOfScopeException(
          "the token's scope is of some collections: it needs by=collection or by=action");
    }
  }

  private static boolean isTotal(@Nullable String per) {
    return switch (per) {
      case null -> false;
      case "minute" -> false;
      case "total" -> true;
      default -> throw new BadParameterException("per is not minute or total");
    };
  }

  private static @Nullable Instant to(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      Instant to = Instant.parse(text);
      if (!to.isBefore(Instant.EPOCH)
          && !to.isAfter(TO_MAX)
          && to.equals(to.truncatedTo(ChronoUnit.MINUTES))) {
        return to;
      }
    } catch (DateTimeException unreadable) {
      throw noMinute();
    }
    throw noMinute();
  }

  private static BadParameterException noMinute() {
    return new BadParameterException("to is not a whole minute, such as 2026-07-04T14:39:00Z");
  }

  private static Set<Grouping> by(@Nullable String list) {
    if (list == null) {
      return EnumSet.allOf(Grouping.class);
    }
    Set<Grouping> by = EnumSet.noneOf(Grouping.class);
    for (String label : list.split(",", -1)) {
      Grouping grouping = Grouping.of(label);
      if (grouping == null) {
        throw new BadParameterException("by is not one or more of type,collection,action");
      }
      by.add(grouping);
    }
    return by;
  }

  private static int number(String name, @Nullable String text, int defaultValue) {
    if (text == null) {
      return defaultValue;
    }
    if (DIGITS.matcher(text).matches()) {
      String number = text.replaceFirst("^0+", "");
      if (number.length() > 8) {
        return Integer.MAX_VALUE;
      }
      if (!number.isEmpty()) {
        return Integer.parseInt(number);
      }
    }
    throw new BadParameterException(name + " is not a whole number of at least 1");
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
