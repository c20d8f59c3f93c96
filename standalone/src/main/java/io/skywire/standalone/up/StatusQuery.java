package io.skywire.standalone.up;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Asks the database how far the pipeline is, over one connection that is opened again when it
 * breaks. One thread uses it.
 */
final class StatusQuery implements AutoCloseable {
  private static final int QUERY_SECONDS_MAX = 5;

  /**
   * What the database knows at one moment.
   *
   * @param report the ingester's last word on this relay
   * @param lagSeconds the larger of the ingester's part and the sink's, as health has it
   * @param rows the server's own estimate, exact enough for people and free at any size
   */
  record Answer(
      Status.@Nullable Report report,
      @Nullable Long watermark,
      @Nullable Double lagSeconds,
      long rows) {}

  private final DataSource database;
  private @Nullable Connection connection;

  StatusQuery(DataSource database) {
    this.database = database;
  }

  Answer ask() throws SQLException {
    String sql =
        """
        select w.seq,
               (select coalesce(sum(s.n_live_tup), 0)
                from pg_inherits i
                join pg_stat_user_tables s on s.relid = i.inhrelid
                where i.inhparent = 'firehose_events'::regclass),
               c.cursor_seq, c.connected, c.problem,
               case when w.seq >= c.cursor_seq then c.behind_seconds
                    else greatest(c.behind_seconds,
                                  extract(epoch from clock_timestamp() - newest.indexed_at))
               end
        from (select 1) one
        left join readable_watermark w on true
        left join (select * from firehose_cursor order by stored_at desc limit 1) c on true
        left join lateral (select indexed_at from firehose_events e
                           where e.seq <= w.seq order by e.seq desc limit 1) newest on true
        """;
    try (PreparedStatement statement = connection().prepareStatement(sql)) {
      statement.setQueryTimeout(QUERY_SECONDS_MAX);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return new Answer(
            report(row), nullableLong(row, 1), row.getObject(6, Double.class), row.getLong(2));
      }
    } catch (SQLException failed) {
      close();
      throw failed;
    }
  }

  /** Brings the estimate of the rows up to date: a server that crashed has forgotten it. */
  void countRows() throws SQLException {
    try (PreparedStatement statement = connection().prepareStatement("analyze firehose_events")) {
      statement.execute();
    }
  }

  @Override
  public void close() throws SQLException {
    Connection open = connection;
    connection = null;
    if (open != null) {
      open.close();
    }
  }

  private Connection connection() throws SQLException {
    Connection open = connection;
    if (open == null) {
      open = database.getConnection();
      connection = open;
    }
    return open;
  }

  private static Status.@Nullable Report report(ResultSet row) throws SQLException {
    boolean connected = row.getBoolean(4);
    if (row.wasNull()) {
      return null;
    }
    return new Status.Report(nullableLong(row, 3), connected, row.getString(5));
  }

  private static @Nullable Long nullableLong(ResultSet row, int column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? null : Long.valueOf(value);
  }
}
