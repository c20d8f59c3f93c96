package io.skywire.standalone.up;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import javax.sql.DataSource;

/** One line that tells how the pipeline is doing, from what it has stored. One thread. */
public final class StatusLine {
  private static final double NANOS_A_SECOND = 1e9;

  private final DataSource database;
  private long lastCursor = -1;
  private long lastNanos;

  public StatusLine(DataSource database) {
    this.database = database;
  }

  /** What there is to say now; the rate is that since the call before. */
  public String read() {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                select coalesce((select seq from readable_watermark), 0),
                       (select max(c.cursor_seq) from firehose_cursor c),
                       (select c.connected from firehose_cursor c
                        order by c.stored_at desc limit 1),
                       (select c.problem from firehose_cursor c
                        order by c.stored_at desc limit 1),
                       (select coalesce(sum(greatest(reltuples, 0)), 0)::bigint from pg_class
                        where relname like 'firehose_events_p%' and relkind = 'r')
                """)) {
      row.next();
      long watermark = row.getLong(1);
      long cursor = row.getLong(2);
      boolean connected = row.getBoolean(3);
      String problem = row.getString(4);
      return String.format(
          Locale.ROOT,
          "%.0f events/s   cursor %d   readable %d   behind %d   rows ~%d   %s",
          rate(watermark),
          cursor,
          watermark,
          Math.max(0, cursor - watermark),
          row.getLong(5),
          connected
              ? "relay connected"
              : problem == null ? "waiting for the relay" : problem + "; trying again");
    } catch (SQLException away) {
      return "database not reachable: " + away.getMessage();
    }
  }

  private double rate(long watermark) {
    long now = System.nanoTime();
    double rate =
        lastCursor < 0 ? 0 : (watermark - lastCursor) * NANOS_A_SECOND / (now - lastNanos);
    lastCursor = watermark;
    lastNanos = now;
    return Math.max(0, rate);
  }
}
