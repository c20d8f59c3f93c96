package io.skywire.standalone.chaos;

import io.skywire.common.database.DatabaseUrl;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives retention something to drop: puts the oldest events of the table, which all witnesses have
 * seen, under a day that has long expired. What it has done stands in a table of its own, written
 * in the same transaction, so that no kill leaves it in doubt. Any thread may call it.
 */
final class OldDays {
  private static final int EVENTS_A_DAY = 50;
  private static final LocalDate FIRST = LocalDate.of(2001, 1, 1);

  /** In the order in which Skywire locks them. */
  private static final List<String> TABLES =
      List.of("firehose_events", "firehose_event_collections");

  private static final long LOOK_AGAIN_MILLIS = 200;

  private final DatabaseUrl database;
  private final Audit audit;

  OldDays(DatabaseUrl database, Audit audit) {
    this.database = database;
    this.audit = audit;
  }

  /** Makes one more; answers whether there were events for it. */
  synchronized boolean make() throws SQLException {
    try (Connection connection = begin();
        Statement statement = connection.createStatement()) {
      // Whoever waits for a lock on a table holds up all who come later.
      statement.execute("set local lock_timeout = '2s'");
      LocalDate day = FIRST.plusDays(number(statement, "select count(day) from chaos_spans"));
      long first =
          1 + number(statement, "select max(last_seq) from chaos_spans where day is not null");
      long seen = Math.min(audit.tableAt(), Math.min(audit.readerAt(), audit.streamAt()));
      long last =
          number(
              statement,
              """
              select max(seq) from (
                select seq from firehose_events where seq between %d and %d order by seq limit %d
              ) oldest
              """
                  .formatted(first, seen, EVENTS_A_DAY));
      if (last == 0) {
        return false;
      }
      for (String table : TABLES) {
        String partition = "%s_p%tY%<tm%<td".formatted(table, day);
        statement.execute("create table %s (like %s including all)".formatted(partition, table));
        statement.execute(
            "alter table %s attach partition %s for values from ('%s 00:00:00+00') to ('%s 00:00:00+00')"
                .formatted(table, partition, day, day.plusDays(1)));
        statement.execute(
            "update %s set indexed_at = '%s 12:00:00+00' where seq between %d and %d"
                .formatted(table, day, first, last));
      }
      remember(statement, "date '" + day + "'", first, last);
      statement.execute("delete from chaos_spans where day is null");
      remember(statement, "null", last + 1, seen);
      connection.commit();
      return true;
    }
  }

  /** Shows the audit what is left of them and of what is to stay; answers the former. */
  synchronized List<OldDay> look() throws SQLException {
    List<OldDay> days = new ArrayList<>();
    SeqSpan kept = null;
    try (Connection connection = begin();
        Statement statement = connection.createStatement()) {
      // All that follows is from before a drop, or from after it.
      statement.execute("lock table " + String.join(", ", TABLES) + " in access share mode");
      long trimmedThrough = number(statement, "select trimmed_through from retention");
      try (ResultSet row =
          statement.executeQuery(
              """
              select day is not null as expired, first_seq, last_seq, events, collections,
                (select count(*) from firehose_events where seq between first_seq and last_seq)
                  as events_left,
                (select count(*) from firehose_event_collections
                  where seq between first_seq and last_seq) as collections_left,
                (select count(*) from pg_class where relkind = 'r'
                  and relname ~ ('^firehose_.*_p' || to_char(day, 'YYYYMMDD') || '$')) as partitions
              from chaos_spans order by first_seq
              """)) {
        while (row.next()) {
          SeqSpan span =
              new SeqSpan(
                  row.getLong("first_seq"),
                  row.getLong("last_seq"),
                  new Rows(row.getLong("events"), row.getLong("collections")),
                  new Rows(row.getLong("events_left"), row.getLong("collections_left")));
          if (row.getBoolean("expired")) {
            days.add(new OldDay(span, row.getInt("partitions")));
          } else {
            kept = span;
          }
        }
      }
      if (kept != null) {
        audit.retained(days, kept, trimmedThrough);
      }
    }
    return days;
  }

  /** Waits until retention has dropped all of them; answers what is left of each. */
  List<OldDay> awaitDropped(Duration max) throws SQLException, InterruptedException {
    long deadline = System.nanoTime() + max.toNanos();
    List<OldDay> days = look();
    while (!days.stream().allMatch(OldDay::isGone) && System.nanoTime() < deadline) {
      Thread.sleep(LOOK_AGAIN_MILLIS);
      days = look();
    }
    return days;
  }

  /** What was there when the day was made. */
  private static void remember(Statement statement, String day, long first, long last)
      throws SQLException {
    statement.execute(
        """
        insert into chaos_spans
        select %1$s, %2$d, %3$d,
          (select count(*) from firehose_events where seq between %2$d and %3$d),
          (select count(*) from firehose_event_collections where seq between %2$d and %3$d)
        """
            .formatted(day, first, last));
  }

  private static long number(Statement statement, String query) throws SQLException {
    try (ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  private Connection begin() throws SQLException {
    Connection connection = TableWitness.connect(database);
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          """
          create table if not exists chaos_spans (
            day         date,            -- null: none of these, and to stay
            first_seq   bigint not null,
            last_seq    bigint not null,
            events      bigint not null, -- rows there were
            collections bigint not null
          )
          """);
      connection.setAutoCommit(false);
      return connection;
    } catch (SQLException failed) {
      connection.close();
      throw failed;
    }
  }
}
