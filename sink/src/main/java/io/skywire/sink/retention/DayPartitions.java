package io.skywire.sink.retention;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the day partitions of the event tables, in transactions of its own. Made with {@code LIKE}
 * and {@code ATTACH}, which wait for no reader and let none wait; several sinks take turns by an
 * advisory lock. Called by the sink's thread only; remembers what it has seen to be there.
 */
public final class DayPartitions {
  private static final Logger log = LoggerFactory.getLogger(DayPartitions.class);

  private static final List<String> TABLES =
      List.of("firehose_events", "firehose_event_collections");
  private static final DateTimeFormatter SUFFIX = DateTimeFormatter.ofPattern("uuuuMMdd");
  private static final int DAYS_AHEAD = 3;
  private static final long ADVISORY_LOCK = 0x736b_7977_6972_6531L;

  private final DataSource database;
  private final InstantSource clock;
  private final Set<LocalDate> present = new TreeSet<>();

  public DayPartitions(DataSource database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Makes what is missing of today and the next days. Cheap when nothing is. */
  public void makeAhead() throws SQLException {
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    make(Stream.iterate(today, day -> day.plusDays(1)).limit(DAYS_AHEAD + 1L).toList());
  }

  /** Makes what is missing of the days of these instants, in milliseconds since 1970. */
  public void makeFor(Collection<Long> instants) throws SQLException {
    make(
        instants.stream()
            .map(millis -> LocalDate.ofInstant(Instant.ofEpochMilli(millis), ZoneOffset.UTC))
            .distinct()
            .toList());
  }

  /** Forgets what was there: somebody has dropped a partition. */
  public void forget() {
    present.clear();
  }

  private void make(Collection<LocalDate> days) throws SQLException {
    if (present.containsAll(days)) {
      return;
    }
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try (PreparedStatement lock =
          connection.prepareStatement("select pg_advisory_xact_lock(?)")) {
        lock.setLong(1, ADVISORY_LOCK);
        lock.execute();
      }
      for (LocalDate day : days) {
        for (String table : TABLES) {
          if (!attached(connection, table, day)) {
            attach(connection, table, day);
            log.info("made partition {}", name(table, day));
          }
        }
      }
      connection.commit();
    }
    present.addAll(days);
  }

  private static boolean attached(Connection connection, String table, LocalDate day)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            select from pg_inherits
            where inhparent = to_regclass(?) and inhrelid = to_regclass(?)
            """)) {
      select.setString(1, table);
      select.setString(2, name(table, day));
      try (ResultSet row = select.executeQuery()) {
        return row.next();
      }
    }
  }

  private static void attach(Connection connection, String table, LocalDate day)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "create table if not exists %s (like %s including all)"
              .formatted(name(table, day), table));
      statement.execute(
          "alter table %s attach partition %s for values from ('%s 00:00:00+00') to ('%s 00:00:00+00')"
              .formatted(table, name(table, day), day, day.plusDays(1)));
    }
  }

  private static String name(String table, LocalDate day) {
    return table + "_p" + SUFFIX.format(day);
  }
}
