package io.skywire.api.dashboard;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads {@link Statistics}. The table may be absent, and it may be behind: minutes after the newest
 * that it has are unknown, not zero. Any thread may call it.
 */
final class StatisticsQuery {
  static final String NO_TABLE = "There are no statistics: the database has no table event_stats.";
  static final String NO_ROWS =
      "There are no statistics of the last hour: the table event_stats has no row of it.";

  private static final int MINUTES = 60;
  private static final int COLLECTIONS_SHOWN = 10;
  private static final int NAME_LENGTH_MAX = 120;
  private static final double SECONDS_A_MINUTE = 60.0;

  private StatisticsQuery() {}

  static Statistics read(Connection connection, Instant now) throws SQLException {
    if (!isThere(connection)) {
      return Statistics.none(NO_TABLE);
    }
    // The minute that is not over yet would look like a fall.
    Instant end = now.truncatedTo(ChronoUnit.MINUTES);
    Instant from = end.minus(Duration.ofMinutes(MINUTES));
    Map<String, long[]> byType = new HashMap<>();
    int known = minutes(connection, from, end, byType);
    if (known == 0) {
      return Statistics.none(NO_ROWS);
    }
    return new Statistics(null, from, perSecond(byType, known), collections(connection, from, end));
  }

  private static boolean isThere(Connection connection) throws SQLException {
    String sql = "select to_regclass('event_stats') is not null as there";
    try (PreparedStatement statement = SnapshotReader.prepare(connection, sql);
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getBoolean("there");
    }
  }

  /** Answers how many minutes are known. */
  private static int minutes(
      Connection connection, Instant from, Instant end, Map<String, long[]> byType)
      throws SQLException {
    String sql =
        """
        select minute, left(event_type, %d) as event_type, sum(events)::bigint as events
        from event_stats
        where minute >= ? and minute < ? and collection = '' and action = ''
        group by 1, 2
        """
            .formatted(NAME_LENGTH_MAX);
    int known = 0;
    try (PreparedStatement statement = SnapshotReader.prepare(connection, sql)) {
      setHour(statement, from, end);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          Instant at = row.getObject("minute", OffsetDateTime.class).toInstant();
          int minute = (int) ChronoUnit.MINUTES.between(from, at);
          byType.computeIfAbsent(row.getString("event_type"), type -> new long[MINUTES])[minute] +=
              row.getLong("events");
          known = Math.max(known, minute + 1);
        }
      }
    }
    return known;
  }

  private static Map<String, List<Double>> perSecond(Map<String, long[]> byType, int known) {
    Map<String, Long> sums = new HashMap<>();
    byType.forEach((type, minutes) -> sums.put(type, sum(minutes)));
    Map<String, List<Double>> perSecond = new LinkedHashMap<>();
    Throughput.most(sums, Throughput.TYPES_MAX, Throughput.OTHERS)
        .forEach(
            (type, sum) -> perSecond.put(type, new ArrayList<>(Collections.nCopies(known, 0.0))));
    byType.forEach((type, minutes) -> {
      List<Double> shown = perSecond.get(perSecond.containsKey(type) ? type : Throughput.OTHERS);
      for (int i = 0; shown != null && i < known; i++) {
        shown.set(i, shown.get(i) + minutes[i] / SECONDS_A_MINUTE);
      }
    });
    return perSecond;
  }

  private static List<Statistics.Collection> collections(
      Connection connection, Instant from, Instant end) throws SQLException {
    String sql =
        """
        select left(collection, %d) as collection, sum(events)::bigint as ops,
               coalesce(sum(events) filter (where action = 'create'), 0)::bigint as creates,
               coalesce(sum(events) filter (where action = 'update'), 0)::bigint as updates,
               coalesce(sum(events) filter (where action = 'delete'), 0)::bigint as deletes
        from event_stats
        where minute >= ? and minute < ? and collection <> ''
        group by 1
        order by ops desc, collection
        limit %d
        """
            .formatted(NAME_LENGTH_MAX, COLLECTIONS_SHOWN);
    List<Statistics.Collection> collections = new ArrayList<>();
    try (PreparedStatement statement = SnapshotReader.prepare(connection, sql)) {
      setHour(statement, from, end);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          collections.add(
              new Statistics.Collection(
                  row.getString("collection"),
                  row.getLong("ops"),
                  row.getLong("creates"),
                  row.getLong("updates"),
                  row.getLong("deletes")));
        }
      }
    }
    return collections;
  }

  private static void setHour(PreparedStatement statement, Instant from, Instant end)
      throws SQLException {
    statement.setObject(1, SnapshotReader.utc(from));
    statement.setObject(2, SnapshotReader.utc(end));
  }

  private static long sum(long[] minutes) {
    long sum = 0;
    for (long events : minutes) {
      sum += events;
    }
    return sum;
  }
}
