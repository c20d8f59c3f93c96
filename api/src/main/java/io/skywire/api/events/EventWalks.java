package io.skywire.api.events;

import io.skywire.api.filters.Choice;
import io.skywire.api.filters.EventFilter;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The statement for each combination of filters: a walk along one index in the order of seq,
 * between since and the watermark. Its rows are {@code seq}, {@code bytes} (the event's length,
 * null where the row does not meet the filter), {@code event} or {@code event_zstd} (both null also
 * where it is long, see {@link #INLINE_BYTES_MAX}) and {@code stops}: the walk ended at its bound
 * with this row, and there may be more behind it.
 *
 * <p>A filter's value and the seq are compared as one row, {@code (repo, seq) > (?, ?)}, and the
 * rows are ordered by both. Only the filter's own index gives that order, so no plan, generic or
 * misled by statistics, can walk the primary key in search of a rare value. Limits are literals: a
 * plan made for an unknown limit would be one for a tenth of the table.
 */
final class EventWalks {
  /** A longer event does not come with the other rows: they are in memory many at a time. */
  static final int INLINE_BYTES_MAX = 16 * 1024;

  /**
   * To be selected before a walk, in its transaction. A bitmap or a sort reads all that a filter
   * finds before it answers the first row; PostgreSQL takes one where it expects few.
   */
  static final String NOTHING_BUT_WALKS =
      """
      set_config('enable_bitmapscan', 'off', true), set_config('enable_sort', 'off', true),
      set_config('plan_cache_mode', 'force_generic_plan', true)\
      """;

  /** A statement and the values of its parameters, but for the two seqs. */
  record Walk(String sql, List<Parameter> parameters) {
    void bind(PreparedStatement statement, long since, long watermark) throws SQLException {
      int index = 1;
      for (Parameter parameter : parameters) {
        switch (parameter) {
          case Parameter.Value(String text) -> statement.setString(index, text);
          case Parameter.Values(List<String> texts) ->
              statement.setArray(
                  index, statement.getConnection().createArrayOf("text", texts.toArray()));
          case Parameter.Since() -> statement.setLong(index, since);
          case Parameter.Watermark() -> statement.setLong(index, watermark);
        }
        index++;
      }
    }

    /**
     * The statement without parameters.
     *
     * @throws IllegalStateException when it has one that is not a seq
     */
    String sql(long since, long watermark) {
      StringBuilder filled = new StringBuilder();
      int from = 0;
      for (Parameter parameter : parameters) {
        int mark = sql.indexOf('?', from);
        filled.append(sql, from, mark);
        switch (parameter) {
          case Parameter.Since() -> filled.append(since);
          case Parameter.Watermark() -> filled.append(watermark);
          case Parameter.Value _, Parameter.Values _ ->
              throw new IllegalStateException("only seqs may stand in a statement");
        }
        from = mark + 1;
      }
      return filled.append(sql, from, sql.length()).toString();
    }
  }

  /** What stands for one {@code ?}. */
  sealed interface Parameter {
    record Value(String text) implements Parameter {}

    record Values(List<String> texts) implements Parameter {
      public Values {
        texts = List.copyOf(texts);
      }
    }

    record Since() implements Parameter {}

    record Watermark() implements Parameter {}
  }

  private final int scanMax;
  private final int inlineBytesMax;

  EventWalks(int scanMax) {
    this(scanMax, INLINE_BYTES_MAX);
  }

  /**
   * @param inlineBytesMax of an event that comes with the other rows
   */
  EventWalks(int scanMax, int inlineBytesMax) {
    this.scanMax = scanMax;
    this.inlineBytesMax = inlineBytesMax;
  }

  Walk of(EventFilter filter) {
    String type = single(filter.types());
    String collection = single(filter.collections());
    String repo = single(filter.repos());
    Conditions conditions = new Conditions();
    if (repo == null) {
      conditions.addRepos(filter.repos());
    }
    if (repo != null || collection == null) {
      conditions.addCollections(filter.collections());
    }
    if (repo != null || collection != null || type == null) {
      conditions.addTypes(filter.types());
    }
    if (repo != null) {
      return walk(limit -> byColumn("repo", limit), "repo, seq", bounds(repo), conditions);
    }
    if (collection != null) {
      List<Parameter> parameters = bounds(collection);
      parameters.addAll(bounds(collection));
      return walk(EventWalks::byCollection, "collection, seq", parameters, conditions);
    }
    if (type != null) {
      return walk(
          limit -> byColumn("event_type", limit), "event_type, seq", bounds(type), conditions);
    }
    List<Parameter> parameters =
        new ArrayList<>(List.of(new Parameter.Since(), new Parameter.Watermark()));
    return walk(EventWalks::bySeq, "seq", parameters, conditions);
  }

  /** One event by its seq, where it is readable and in the scope; its row is one of a walk. */
  Walk one(EventFilter scope) {
    Conditions conditions = new Conditions();
    conditions.add("seq = ?", new Parameter.Since());
    conditions.add("seq <= (select seq from readable_watermark)");
    conditions.addRepos(scope.repos());
    conditions.addCollections(scope.collections());
    conditions.addTypes(scope.types());
    return new Walk(
        sized(
            """
            select seq, event, event_bytes, event_zstd, false as stops
            from firehose_events walked
            where %s
            limit 1
            """
                .formatted(conditions.all()),
            "seq"),
        conditions.parameters);
  }

  private Walk walk(
      IntFunction<String> index, String order, List<Parameter> bounds, Conditions conditions) {
    if (conditions.sql.isEmpty()) {
      return new Walk(sized(index.apply(PageRequest.LIMIT_MAX), order), bounds);
    }
    bounds.addAll(conditions.parameters);
    return new Walk(checked(index.apply(scanMax), order, conditions.all()), bounds);
  }

  private static @Nullable String single(@Nullable Choice choice) {
    return choice == null ? null : choice.single();
  }

  private static List<Parameter> bounds(String value) {
    Parameter same = new Parameter.Value(value);
    return new ArrayList<>(List.of(same, new Parameter.Since(), same, new Parameter.Watermark()));
  }

  /** What else a row of a walk has to meet, and the values of the parameters in it. */
  private static final class Conditions {
    private final List<String> sql = new ArrayList<>();
    private final List<Parameter> parameters = new ArrayList<>();

    String all() {
      return String.join(" and ", sql);
    }

    void add(String condition, Parameter... values) {
      sql.add(condition);
      parameters.addAll(List.of(values));
    }

    void addTypes(@Nullable Choice types) {
      if (types != null) {
        sql.add(isOneOf("walked.event_type", types));
      }
    }

    void addRepos(@Nullable Choice repos) {
      if (repos != null) {
        sql.add(isOneOf("walked.repo", repos));
      }
    }

    /**
     * A scalar subquery, since PostgreSQL may answer {@code exists} by reading all of its table.
     */
    void addCollections(@Nullable Choice collections) {
      if (collections != null) {
        sql.add(
            """
            (%s
             or (select true
                 from firehose_event_collections c
                 where c.seq = walked.seq and c.indexed_at = walked.indexed_at and %s
                 limit 1))\
            """
                .formatted(
                    isOneOf("walked.collection", collections),
                    isOneOf("c.collection", collections)));
      }
    }

    private String isOneOf(String column, Choice choice) {
      List<String> either = new ArrayList<>();
      if (!choice.exact().isEmpty()) {
        either.add(column + " = any(?)");
        parameters.add(new Parameter.Values(choice.exact()));
      }
      if (!choice.prefixes().isEmpty()) {
        either.add(column + " ^@ any(?)");
        parameters.add(new Parameter.Values(choice.prefixes()));
      }
      return "(" + String.join(" or ", either) + ")";
    }
  }

  private static final String COLUMNS =
      """
      seq, indexed_at, event_type, repo, collection, event, event_bytes, event_zstd,
             false as stops\
      """;

  static final String BYTES = "coalesce(event_bytes, octet_length(event::text))";

  /** One event by its seq, however long it is. */
  static final String WHOLE =
      "select event, event_zstd, %s as bytes from firehose_events where seq = ? limit 1"
          .formatted(BYTES);

  private static String bySeq(int limit) {
    return """
    select %s
    from firehose_events
    where seq > ? and seq <= ?
    order by seq
    limit %d
    """
        .formatted(COLUMNS, limit);
  }

  /** Along the index of a column that is not null in what is sought. */
  private static String byColumn(String column, int limit) {
    return """
    select %2$s
    from firehose_events
    where (%1$s, seq) > (?, ?) and (%1$s, seq) <= (?, ?)
    order by %1$s, seq
    limit %3$d
    """
        .formatted(column, COLUMNS, limit);
  }

  /**
   * The first op's collection stands in the row, those of further ops in a table of their own. The
   * inner limit keeps PostgreSQL from turning the look-up of an event into another kind of join.
   */
  private static String byCollection(int limit) {
    return """
    select collection, seq, event_type, repo, event, event_bytes, event_zstd, false as stops
    from (
      (select collection, seq, event_type, repo, event, event_bytes, event_zstd
       from firehose_events
       where (collection, seq) > (?, ?) and (collection, seq) <= (?, ?)
       order by collection, seq
       limit %1$d)
      union all
      (select further.collection, further.seq, e.event_type, e.repo, e.event, e.event_bytes,
              e.event_zstd
       from (
         select collection, seq, indexed_at
         from firehose_event_collections
         where (collection, seq) > (?, ?) and (collection, seq) <= (?, ?)
         order by collection, seq
         limit %1$d
       ) further
       cross join lateral (
         select event_type, repo, event, event_bytes, event_zstd
         from firehose_events
         where seq = further.seq
           and indexed_at = further.indexed_at
           and collection is distinct from further.collection
         limit 1
       ) e
       order by further.collection, further.seq)
    ) found
    order by collection, seq
    limit %1$d
    """
        .formatted(limit);
  }

  /**
   * The rows of a bounded walk that meet a condition and, when the walk ended at its bound, its
   * last row, whether or not that one meets it.
   */
  private String checked(String walk, String order, String condition) {
    String found =
        """
        with walked as (
        %1$s)
        select %2$s, case when meets then event end as event,
               case when meets then event_bytes end as event_bytes,
               case when meets then event_zstd end as event_zstd, stops
        from (
          select %2$s, event, event_bytes, event_zstd, coalesce(%3$s, false) as meets,
                 row_number() over (order by %2$s) = %4$d as stops
          from walked
        ) numbered
        where meets or stops
        order by %2$s
        """
            .formatted(walk.indent(2), order, condition, scanMax);
    return sized(found, order);
  }

  /** Its inner limit lets PostgreSQL take each event's length once, and that of no row beyond. */
  private String sized(String walk, String order) {
    return """
    select seq, bytes, case when bytes <= %3$d then event end as event,
           case when bytes <= %3$d then event_zstd end as event_zstd, stops
    from (
      select *, %4$s as bytes
      from (
    %1$s) found
      order by %2$s
      limit 1000
    ) sized
    order by %2$s
    """
        .formatted(walk.indent(4), order, inlineBytesMax, BYTES);
  }
}
