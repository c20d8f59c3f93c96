package io.skywire.api.events;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

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
      set_config('enable_bitmapscan', 'off', true), set_config('enable_sort', 'off', true)\
      """;

  /** A statement and the values of its parameters, but for the two seqs. */
  record Walk(String sql, List<Parameter> parameters) {
    void bind(PreparedStatement statement, long since, long watermark) throws SQLException {
      int index = 1;
      for (Parameter parameter : parameters) {
        switch (parameter) {
          case Parameter.Value(String text) -> statement.setString(index, text);
          case Parameter.Since() -> statement.setLong(index, since);
          case Parameter.Watermark() -> statement.setLong(index, watermark);
        }
        index++;
      }
    }
  }

  /** What stands for one {@code ?}. */
  sealed interface Parameter {
    record Value(String text) implements Parameter {}

    record Since() implements Parameter {}

    record Watermark() implements Parameter {}
  }

  private final int scanMax;

  EventWalks(int scanMax) {
    this.scanMax = scanMax;
  }

  Walk of(EventFilter filter) {
    String type = filter.eventType();
    String collection = filter.collection();
    String repo = filter.repo();
    if (repo != null) {
      List<Parameter> parameters = bounds(repo);
      if (type == null && collection == null) {
        return new Walk(sized(byRepo(PageRequest.LIMIT_MAX), "repo, seq"), parameters);
      }
      List<String> conditions = new ArrayList<>();
      if (type != null) {
        conditions.add("walked.event_type = ?");
        parameters.add(new Parameter.Value(type));
      }
      if (collection != null) {
        conditions.add(HAS_COLLECTION);
        parameters.add(new Parameter.Value(collection));
        parameters.add(new Parameter.Value(collection));
      }
      return new Walk(
          checked(byRepo(scanMax), "repo", String.join(" and ", conditions)), parameters);
    }
    if (collection != null) {
      List<Parameter> parameters = bounds(collection);
      parameters.addAll(bounds(collection));
      if (type == null) {
        return new Walk(sized(byCollection(PageRequest.LIMIT_MAX), "collection, seq"), parameters);
      }
      parameters.add(new Parameter.Value(type));
      return new Walk(
          checked(byCollection(scanMax), "collection", "walked.event_type = ?"), parameters);
    }
    if (type != null) {
      return new Walk(BY_TYPE, bounds(type));
    }
    return new Walk(ALL, List.of(new Parameter.Since(), new Parameter.Watermark()));
  }

  private static List<Parameter> bounds(String value) {
    Parameter same = new Parameter.Value(value);
    return new ArrayList<>(List.of(same, new Parameter.Since(), same, new Parameter.Watermark()));
  }

  private static final String BYTES = "coalesce(event_bytes, octet_length(event::text))";

  /** One event by its seq, where it is readable; its row is one of a walk. */
  static final String ONE =
      sized(
          """
          select seq, event, event_bytes, event_zstd, false as stops
          from firehose_events
          where seq = ? and seq <= (select seq from readable_watermark)
          limit 1
          """,
          "seq");

  /** One event by its seq, however long it is. */
  static final String WHOLE =
      "select event, event_zstd, %s as bytes from firehose_events where seq = ? limit 1"
          .formatted(BYTES);

  private static final String ALL =
      sized(
          """
          select seq, event, event_bytes, event_zstd, false as stops
          from firehose_events
          where seq > ? and seq <= ?
          order by seq
          limit 1000
          """,
          "seq");

  private static final String BY_TYPE =
      sized(
          """
          select event_type, seq, event, event_bytes, event_zstd, false as stops
          from firehose_events
          where (event_type, seq) > (?, ?) and (event_type, seq) <= (?, ?)
          order by event_type, seq
          limit 1000
          """,
          "event_type, seq");

  private static String byRepo(int limit) {
    return """
    select repo, seq, indexed_at, event_type, collection, event, event_bytes, event_zstd,
           false as stops
    from firehose_events
    where (repo, seq) > (?, ?) and (repo, seq) <= (?, ?)
    order by repo, seq
    limit %d
    """
        .formatted(limit);
  }

  /**
   * The first op's collection stands in the row, those of further ops in a table of their own. The
   * inner limit keeps PostgreSQL from turning the look-up of an event into another kind of join.
   */
  private static String byCollection(int limit) {
    return """
    select collection, seq, event_type, event, event_bytes, event_zstd, false as stops
    from (
      (select collection, seq, event_type, event, event_bytes, event_zstd
       from firehose_events
       where (collection, seq) > (?, ?) and (collection, seq) <= (?, ?)
       order by collection, seq
       limit %1$d)
      union all
      (select further.collection, further.seq, e.event_type, e.event, e.event_bytes, e.event_zstd
       from (
         select collection, seq, indexed_at
         from firehose_event_collections
         where (collection, seq) > (?, ?) and (collection, seq) <= (?, ?)
         order by collection, seq
         limit %1$d
       ) further
       cross join lateral (
         select event_type, event, event_bytes, event_zstd
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

  /** A scalar subquery, since PostgreSQL may answer {@code exists} by reading all of its table. */
  private static final String HAS_COLLECTION =
      """
      (walked.collection = ?
       or (select true
           from firehose_event_collections c
           where c.collection = ? and c.seq = walked.seq and c.indexed_at = walked.indexed_at
           limit 1))\
      """;

  /**
   * The rows of a bounded walk that meet a condition and, when the walk ended at its bound, its
   * last row, whether or not that one meets it.
   */
  private String checked(String walk, String key, String condition) {
    String found =
        """
        with walked as (
        %1$s)
        select %2$s, seq, case when meets then event end as event,
               case when meets then event_bytes end as event_bytes,
               case when meets then event_zstd end as event_zstd, stops
        from (
          select %2$s, seq, event, event_bytes, event_zstd, coalesce(%3$s, false) as meets,
                 row_number() over (order by %2$s, seq) = %4$d as stops
          from walked
        ) numbered
        where meets or stops
        order by %2$s, seq
        """
            .formatted(walk.indent(2), key, condition, scanMax);
    return sized(found, key + ", seq");
  }

  /** Its inner limit lets PostgreSQL take each event's length once, and that of no row beyond. */
  private static String sized(String walk, String order) {
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
        .formatted(walk.indent(4), order, INLINE_BYTES_MAX, BYTES);
  }
}
