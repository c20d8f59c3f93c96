package io.skywire.sink.retention;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the day partitions of the event tables, in transactions of its own. Made with {@code LIKE}
 * and {@code ATTACH}, which wait for no reader and let none wait; several sinks take turns by an
 * advisory lock. Called by the sink's thread only; remembers what it has seen to be there.
 *
 * <p>A row of any day finds a partition. There are only so many, since every reader locks each of
 * them: when a broken clock has shown more days than that, a row of yet another one is stored under
 * the nearest day there is.
 */
public final class DayPartitions {
  private static final Logger log = LoggerFactory.getLogger(DayPartitions.class);

  static final int DAYS_AHEAD = 3;

  /** Days outside of retention that a clock may show before rows are put under other days. */
  private static final int STRAY_DAYS_MAX = 60;

  /** Beyond what the days of rows may take: today's partition is made nevertheless. */
  private static final int RESERVED_FOR_TODAY = 4 * (DAYS_AHEAD + 1);

  private static final int RETENTION_DAYS_DEFAULT = 7;
  private static final LocalDate DAY_MIN = LocalDate.EPOCH;
  private static final LocalDate DAY_MAX = LocalDate.of(9999, 12, 30);

  private final DataSource database;
  private final InstantSource clock;
  private final int daysMax;
  private final TreeSet<LocalDate> present = new TreeSet<>();
  private boolean full;

  public DayPartitions(DataSource database, InstantSource clock) {
    this(database, clock, RETENTION_DAYS_DEFAULT);
  }

  /**
   * @param retentionDays how many days are kept besides today
   */
  public DayPartitions(DataSource database, InstantSource clock, int retentionDays) {
    this.database = database;
    this.clock = clock;
    this.daysMax = retentionDays + 1 + DAYS_AHEAD + STRAY_DAYS_MAX;
  }

  /** Makes what is missing of today and the next days. Cheap when nothing is. */
  public void makeAhead() throws SQLException {
    LocalDate today = day(clock.millis());
    make(
        Stream.iterate(today, day -> day.plusDays(1)).limit(DAYS_AHEAD + 1L).toList(),
        daysMax + RESERVED_FOR_TODAY);
  }

  /** Makes what is missing of the days of these instants, in milliseconds since 1970. */
  public void makeFor(Collection<Long> instants) throws SQLException {
    make(instants.stream().map(DayPartitions::day).distinct().toList(), daysMax);
  }

  /**
   * The instant by which a row of this instant is stored, after {@link #makeFor} of it: the same,
   * or one of the nearest day when there are too many partitions to have one more.
   */
  public long place(long millis) {
    LocalDate day = day(millis);
    if (present.isEmpty() || present.contains(day)) {
      return millis;
    }
    LocalDate before = present.floor(day);
    LocalDate after = present.ceiling(day);
    if (before == null
        || (after != null
            && ChronoUnit.DAYS.between(day, after) < ChronoUnit.DAYS.between(before, day))) {
      return startOf(after);
    }
    return startOf(before.plusDays(1)) - 1;
  }

  /** Forgets what was there: somebody has dropped a partition. */
  public void forget() {
    present.clear();
  }

  private void make(Collection<LocalDate> wanted, int most) throws SQLException {
    List<LocalDate> days =
        wanted.stream().filter(day -> !day.isBefore(DAY_MIN) && !day.isAfter(DAY_MAX)).toList();
    if (present.containsAll(days)) {
      return;
    }
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      DayTables.lock(connection);
      SortedSet<LocalDate> attached = DayTables.attached(connection, DayTables.EVENTS);
      for (LocalDate day : days) {
        if (attached.size() < most) {
          attached.add(day);
        }
      }
      boolean room = attached.containsAll(days);
      SortedSet<LocalDate> inAll = new TreeSet<>(attached);
      for (String table : DayTables.ALL) {
        SortedSet<LocalDate> there = DayTables.attached(connection, table);
        for (LocalDate day : days) {
          if (attached.contains(day) && there.add(day)) {
            attach(connection, table, day);
            log.info("made partition {}", DayTables.partition(table, day));
          }
        }
        inAll.retainAll(there);
      }
      connection.commit();
      present.clear();
      present.addAll(inAll);
      sayWhetherFull(!room);
    }
  }

  private void sayWhetherFull(boolean now) {
    if (now && !full) {
      log.warn(
          "there are {} day partitions, more than clocks that are right make: events of further"
              + " days are stored under the nearest day",
          present.size());
    }
    full = now;
  }

  private static void attach(Connection connection, String table, LocalDate day)
      throws SQLException {
    String partition = DayTables.partition(table, day);
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "create table if not exists %s (like %s including all)".formatted(partition, table));
      statement.execute(
          "alter table %s attach partition %s for values from ('%s 00:00:00+00') to ('%s 00:00:00+00')"
              .formatted(table, partition, day, day.plusDays(1)));
    }
  }

  private static LocalDate day(long millis) {
    return LocalDate.ofInstant(Instant.ofEpochMilli(millis), ZoneOffset.UTC);
  }

  private static long startOf(LocalDate day) {
    return day.atStartOfDay().toInstant(ZoneOffset.UTC).toEpochMilli();
  }
}
