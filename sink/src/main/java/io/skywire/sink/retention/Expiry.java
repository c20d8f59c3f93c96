package io.skywire.sink.retention;

import java.time.LocalDate;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Which days have expired; pure. A day expires when it is older than the kept ones, but only with
 * seqs below all of theirs, since seqs tell the true order of arrival: what came under a wrong
 * date, too early or too late, goes when what came with it goes. So what has been dropped is a
 * beginning of all seqs, without holes, and nothing goes that nobody could read yet.
 *
 * @param firstKept the oldest day that is kept
 * @param today the newest day that counts as kept: what is later came under a wrong date
 * @param ahead the last day that may wait for its first event
 * @param through nothing above it has expired
 */
record Expiry(LocalDate firstKept, LocalDate today, LocalDate ahead, long through) {

  /**
   * A day's partition.
   *
   * @param first its lowest seq above all that was dropped before; what is below came after its
   *     time and tells nothing. Null when there is none
   * @param last its highest seq, null when it is empty
   */
  record Day(LocalDate date, @Nullable Long first, @Nullable Long last) {
    /** Below any seq when it is empty. */
    long lastOrNone() {
      return last == null ? Long.MIN_VALUE : last;
    }
  }

  /**
   * @param watermark what readers can read, null when that is nothing
   */
  static Expiry of(
      Collection<Day> days,
      LocalDate today,
      int retentionDays,
      LocalDate ahead,
      @Nullable Long watermark) {
    LocalDate firstKept = today.minusDays(retentionDays);
    Long lowestKept = null;
    for (Day day : days) {
      Long first = day.first();
      if (first != null
          && !day.date().isBefore(firstKept)
          && !day.date().isAfter(today)
          && (lowestKept == null || first < lowestKept)) {
        lowestKept = first;
      }
    }
    // Nothing that is kept, or can be read, vouches for nothing.
    long through =
        lowestKept == null || watermark == null
            ? Long.MIN_VALUE
            : Math.min(lowestKept - 1, watermark);
    return new Expiry(firstKept, today, ahead, through);
  }

  boolean hasExpired(Day day) {
    Long last = day.last();
    if (last == null) {
      return day.date().isBefore(firstKept) || day.date().isAfter(ahead);
    }
    return (day.date().isBefore(firstKept) || day.date().isAfter(today)) && last <= through;
  }
}
