package io.skywire.api.dashboard;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads {@link Storage} from the catalog. Sizes are those of files: some hundred of them are looked
 * at, so it is asked seldom. Any thread may call it.
 */
final class StorageQuery {
  private static final int DAYS_SHOWN = 40;

  private StorageQuery() {}

  static Storage read(Connection connection, Instant now) throws SQLException {
    // A partition that is dropped meanwhile has no size any more.
    String sql =
        """
        with parts as (
          select c.oid, c.relname, i.inhparent = to_regclass('firehose_events') as events,
                 substring(pg_get_expr(c.relpartbound, c.oid) from $$FROM \\('([^']+)'\\)$$)
                   ::timestamptz as day,
                 c.reltuples
          from pg_inherits i
          join pg_class c on c.oid = i.inhrelid
          where i.inhparent in
            (to_regclass('firehose_events'), to_regclass('firehose_event_collections'))
        ),
        days as (
          select day, max(relname::text) filter (where events) as partition,
                 max(reltuples) filter (where events) as rows,
                 coalesce(sum(pg_total_relation_size(oid)), 0)::bigint as bytes
          from parts
          group by day
        ),
        placed as (
          select partition, day, rows, bytes, count(*) over () as count,
                 row_number() over (order by day desc nulls last) as place
          from days
        )
        select partition, day, rows::bigint, bytes, count,
               pg_database_size(current_database()) as database_bytes
        from (values (1)) one
        left join placed on place < %d or place = count
        order by place
        """
            .formatted(DAYS_SHOWN);
    long databaseBytes = 0;
    int count = 0;
    List<Storage.Day> days = new ArrayList<>();
    try (PreparedStatement statement = SnapshotReader.prepare(connection, sql);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        databaseBytes = row.getLong("database_bytes");
        String partition = row.getString("partition");
        if (partition != null) {
          count = row.getInt("count");
          long rows = row.getLong("rows");
          days.add(
              new Storage.Day(
                  partition,
                  SnapshotReader.instant(row, "day"),
                  rows < 0 ? null : (Long) rows,
                  row.getLong("bytes")));
        }
      }
    }
    return new Storage(now, databaseBytes, count, days);
  }
}
