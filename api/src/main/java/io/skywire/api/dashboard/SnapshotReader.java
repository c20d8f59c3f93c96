package io.skywire.api.dashboard;

import io.micrometer.core.instrument.MeterRegistry;
import io.skywire.api.health.Glance;
import io.skywire.api.health.HealthProbe;
import io.skywire.api.problems.DatabaseFailure;
import io.skywire.common.lifecycle.RootCause;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Takes snapshots: health always, figures while the database answers, else the last ones. What
 * costs more or changes less is read less often. It never fails. One thread.
 */
final class SnapshotReader {
  private static final Logger log = LoggerFactory.getLogger(SnapshotReader.class);

  private static final int ANSWER_SECONDS_MAX = 5;
  private static final Duration STATISTICS_EVERY = Duration.ofSeconds(10);
  private static final Duration STORAGE_EVERY = Duration.ofSeconds(30);

  private final DataSource database;
  private final HealthProbe probe;
  private final MeterRegistry registry;
  private final InstantSource clock;
  private final ProgressQuery progress = new ProgressQuery();
  private @Nullable JsonNode lastHealth;
  private @Nullable Figures figures;
  private @Nullable Instant statisticsReadAt;
  private @Nullable String saidProblem;

  /**
   * @param database of one connection, which nobody holds for long
   * @param registry where the {@link Disk} is told
   */
  SnapshotReader(
      DataSource database, HealthProbe probe, MeterRegistry registry, InstantSource clock) {
    this.database = database;
    this.probe = probe;
    this.registry = registry;
    this.clock = clock;
  }

  byte[] read() {
    Glance glance = probe.glance();
    String problem = null;
    if (glance.isDatabaseAway()) {
      problem = "the database is away";
    } else {
      lastHealth = glance.health();
      problem = readFigures();
    }
    return Snapshot.of(clock.instant(), glance, lastHealth, figures, problem, Disk.of(registry))
        .toJson();
  }

  static PreparedStatement prepare(Connection connection, String sql) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    statement.setQueryTimeout(ANSWER_SECONDS_MAX);
    return statement;
  }

  static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  static OffsetDateTime utc(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }

  /** Answers why there are no new ones, null when there are. */
  private @Nullable String readFigures() {
    try (Connection connection = database.getConnection()) {
      figures = read(connection);
      saidProblem = null;
      return null;
    } catch (SQLException failed) {
      String words = DatabaseFailure.of(failed).words();
      if (!words.equals(saidProblem)) {
        log.warn("the dashboard's figures cannot be read: {}", RootCause.line(failed));
        saidProblem = words;
      }
      return words;
    }
  }

  private Figures read(Connection connection) throws SQLException {
    Instant now = clock.instant();
    Figures before = figures;
    Statistics statistics =
        before == null || isOlder(statisticsReadAt, STATISTICS_EVERY, now)
            ? statistics(connection, now)
            : before.statistics();
    Storage storage =
        before == null || isOlder(before.storage().readAt(), STORAGE_EVERY, now)
            ? StorageQuery.read(connection, now)
            : before.storage();
    return new Figures(
        now, progress.read(connection), statistics, storage, TokenUse.read(connection));
  }

  private Statistics statistics(Connection connection, Instant now) throws SQLException {
    Statistics statistics = StatisticsQuery.read(connection, now);
    statisticsReadAt = now;
    return statistics;
  }

  private static boolean isOlder(@Nullable Instant readAt, Duration than, Instant now) {
    return readAt == null || !readAt.plus(than).isAfter(now);
  }
}
