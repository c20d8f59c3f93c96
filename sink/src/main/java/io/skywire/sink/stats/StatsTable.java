package io.skywire.sink.stats;

import io.skywire.common.topic.MinuteCount;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Writes {@code event_stats}. Any number of sinks may. */
final class StatsTable {
  /** In one transaction of retention, however many there are. */
  private static final int TRIMMED_ROWS_MAX = 10_000;

  private final DataSource database;

  StatsTable(DataSource database) {
    this.database = database;
  }

  /** False before the migrations are applied. */
  boolean exists() throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement("select to_regclass('event_stats') is not null");
        ResultSet row = select.executeQuery()) {
      return row.next() && row.getBoolean(1);
    }
  }

  /**
   * Stores counts. One that is larger already stays: a count only grows, so the smaller one is
   * older, and comes from a sink that has not noticed that another has taken over.
   *
   * @param counts each key once
   */
  void store(Collection<MinuteCount> counts) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement upsert =
            connection.prepareStatement(
                """
                insert into event_stats as stored (minute, event_type, collection, action, events)
                select * from unnest(?::timestamptz[], ?::text[], ?::text[], ?::text[], ?::bigint[])
                as new (minute, event_type, collection, action, events)
                order by 1, 2, 3, 4
                on conflict (minute, event_type, collection, action) do update
                set events = excluded.events
                where stored.events < excluded.events
                """)) {
      upsert.setArray(1, array(connection, "text", counts, count -> count.minute().toString()));
      upsert.setArray(2, array(connection, "text", counts, MinuteCount::eventType));
      upsert.setArray(3, array(connection, "text", counts, MinuteCount::collection));
      upsert.setArray(4, array(connection, "text", counts, MinuteCount::action));
      upsert.setArray(5, array(connection, "bigint", counts, MinuteCount::count));
      upsert.executeUpdate();
    }
  }

  /**
   * Drops the minutes of days that are older than what is kept, by the earlier of the sink's clock
   * and the newest minute, so that one clock that is ahead drops nothing.
   *
   * @param days whole days that are kept besides today
   * @return whether there may be more
   */
  boolean trim(Instant now, int days) throws SQLException {
    try (Connection connection = database.getConnection()) {
      Instant newest = newest(connection);
      if (newest == null) {
        return false;
      }
      LocalDate today = LocalDate.ofInstant(newest.isBefore(now) ? newest : now, ZoneOffset.UTC);
      try (PreparedStatement delete =
          connection.prepareStatement(
              """
              delete from event_stats where ctid = any (array(
                  select ctid from event_stats where minute < ? order by minute limit ?))
              """)) {
        delete.setObject(1, today.minusDays(days).atStartOfDay().atOffset(ZoneOffset.UTC));
        delete.setInt(2, TRIMMED_ROWS_MAX);
        return delete.executeUpdate() == TRIMMED_ROWS_MAX;
      }
    }
  }

  private static @Nullable Instant newest(Connection connection) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement("select max(minute) from event_stats");
        ResultSet row = select.executeQuery()) {
      OffsetDateTime newest = row.next() ? row.getObject(1, OffsetDateTime.class) : null;
      return newest == null ? null : newest.toInstant();
    }
  }

  private static Array array(
      Connection connection,
      String type,
      Collection<MinuteCount> counts,
      Function<MinuteCount, Object> column)
      throws SQLException {
    return connection.createArrayOf(type, counts.stream().map(column).toArray());
  }
}
