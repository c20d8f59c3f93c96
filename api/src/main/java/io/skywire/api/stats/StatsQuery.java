package io.skywire.api.stats;

import io.skywire.api.filters.Choice;
import io.skywire.api.filters.EventFilter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Sums up rows of {@code event_stats}. Any thread may call it.
 *
 * <p>Rows without collection and action count events, the others ops, and a sum is never of both:
 * it is by one of those columns, of which the first kind has none, or it is of events alone.
 */
public final class StatsQuery {
  private static final int QUERY_SECONDS_MAX = 10;

  private final DataSource database;

  public StatsQuery(DataSource database) {
    this.database = database;
  }

  /**
   * Rows as the answer has them, the newest minute first and in it the largest count, one more than
   * the limit when there are more.
   *
   * @param to exclusive
   */
  List<Map<String, Object>> read(StatsRequest wanted, Instant from, Instant to)
      throws SQLException {
    if (!wanted.scope().canMatch()) {
      return List.of();
    }
    List<Object> values = new ArrayList<>(List.of(utc(from), utc(to)));
    String sql = sql(wanted, values);
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(sql)) {
      select.setQueryTimeout(QUERY_SECONDS_MAX);
      for (int i = 0; i < values.size(); i++) {
        Object value = values.get(i);
        select.setObject(
            i + 1,
            value instanceof List<?> texts
                ? connection.createArrayOf("text", texts.toArray())
                : value);
      }
      try (ResultSet rows = select.executeQuery()) {
        List<Map<String, Object>> found = new ArrayList<>();
        while (rows.next()) {
          found.add(row(wanted, rows));
        }
        return found;
      }
    }
  }

  private static String sql(StatsRequest wanted, List<Object> values) {
    String columns = wanted.by().stream().map(Grouping::column).collect(Collectors.joining(", "));
    String grouped = wanted.total() ? columns : "minute, " + columns;
    String conditions = conditions(wanted, values);
    values.add(wanted.limit() + 1);
    return """
    select %1$s, sum(events)::bigint as count
    from event_stats
    where minute >= ? and minute < ?%2$s
    group by %1$s
    order by %3$scount desc, %4$s
    limit ?
    """
        .formatted(grouped, conditions, wanted.total() ? "" : "minute desc, ", columns);
  }

  private static String conditions(StatsRequest wanted, List<Object> values) {
    StringBuilder conditions = new StringBuilder();
    if (!StatsRequest.countsOps(wanted.by())) {
      conditions.append(" and collection = ''");
    }
    EventFilter scope = wanted.scope();
    choose(Grouping.TYPE, scope.types(), conditions, values);
    choose(Grouping.COLLECTION, scope.collections(), conditions, values);
    return conditions.toString();
  }

  private static void choose(
      Grouping of, @Nullable Choice choice, StringBuilder conditions, List<Object> values) {
    if (choice != null) {
      conditions.append(
          " and (%1$s = any (?) or exists (select from unnest(?) start where starts_with(%1$s, start)))"
              .formatted(of.column()));
      values.add(choice.exact());
      values.add(choice.prefixes());
    }
  }

  private static Map<String, Object> row(StatsRequest wanted, ResultSet rows) throws SQLException {
    Map<String, Object> row = new LinkedHashMap<>();
    if (!wanted.total()) {
      row.put("minute", rows.getObject("minute", OffsetDateTime.class).toInstant().toString());
    }
    for (Grouping grouping : wanted.by()) {
      row.put(grouping.column(), rows.getString(grouping.column()));
    }
    row.put("count", rows.getLong("count"));
    return row;
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
