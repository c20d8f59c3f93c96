package io.skywire.api.dashboard;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What PostgreSQL keeps; in bytes, indexes included.
 *
 * @param readAt sizes are not asked for every time
 * @param databaseBytes all of the database
 * @param eventDays how many days there are
 * @param days of the events, the latest first, as many as are shown; the oldest is always the last
 */
record Storage(Instant readAt, long databaseBytes, int eventDays, List<Day> days) {
  /**
   * A partition of the events, with that of their further collections.
   *
   * @param from its first instant, null for the one before all days
   * @param rows as PostgreSQL estimates, null when it has not looked yet
   */
  record Day(String partition, @Nullable Instant from, @Nullable Long rows, long bytes) {}
}
