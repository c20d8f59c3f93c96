package io.skywire.sink.retention;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The days that have partitions in all tables.
 *
 * @param count of them
 * @param ahead how many days after today have one without a break; -1 when today has none
 * @param past how many days the oldest is before today, 0 without any
 */
public record StoredDays(int count, int ahead, int past) {
  public static StoredDays read(Connection connection, LocalDate today) throws SQLException {
    SortedSet<LocalDate> days = new TreeSet<>(DayTables.attached(connection, DayTables.EVENTS));
    for (String table : DayTables.ALL) {
      days.retainAll(DayTables.attached(connection, table));
    }
    return of(days, today);
  }

  static StoredDays of(SortedSet<LocalDate> days, LocalDate today) {
    int ahead = -1;
    while (days.contains(today.plusDays(ahead + 1L))) {
      ahead++;
    }
    int past =
        days.isEmpty() ? 0 : (int) Math.max(0, today.toEpochDay() - days.first().toEpochDay());
    return new StoredDays(days.size(), ahead, past);
  }
}
