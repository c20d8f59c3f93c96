package io.skywire.api.health;

import io.skywire.api.problems.DatabaseFailure;
import io.skywire.common.topic.DeadLetterCounts;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the database how things are, at most once every {@link #FRESH} whoever asks how often. Any
 * thread may call it; those that come while one asks wait for its answer. An unreachable database
 * is an answer, never an exception. It needs a connection that no reader can take from it.
 */
public final class HealthProbe {
  private static final Logger LOG = LoggerFactory.getLogger(HealthProbe.class);
  private static final Duration FRESH = Duration.ofMillis(500);
  private static final int ANSWER_MILLIS_MAX = 2_000;
  private static final int GAPS_SHOWN = 5;
  private static final int GAP_REASON_LENGTH_MAX = 300;

  private final DataSource database;
  private final InstantSource clock;
  private final ReentrantLock asking = new ReentrantLock();
  private volatile @Nullable Answer last;

  public HealthProbe(DataSource database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /** How things are, with one sentence for who looks for a second. */
  public Glance glance() {
    return Glance.of(health());
  }

  Health health() {
    Answer fresh = fresh();
    if (fresh != null) {
      return fresh.health();
    }
    asking.lock();
    try {
      fresh = fresh();
      if (fresh == null) {
        Health health = ask();
        fresh = new Answer(health, System.nanoTime());
        last = fresh;
      }
      return fresh.health();
    } finally {
      asking.unlock();
    }
  }

  private @Nullable Answer fresh() {
    Answer answer = last;
    return answer != null && System.nanoTime() - answer.nanoTime() < FRESH.toNanos()
        ? answer
        : null;
  }

  private Health ask() {
    try (Connection connection = database.getConnection()) {
      // A database that has fallen silent must not hold up the probes.
      connection.setNetworkTimeout(Runnable::run, ANSWER_MILLIS_MAX);
      return Diagnosis.of(observe(connection));
    } catch (SQLException failed) {
      DatabaseFailure failure = DatabaseFailure.of(failed);
      if (failure == DatabaseFailure.UNEXPECTED) {
        LOG.error("the database refuses to say how things are", failed);
      }
      return Health.databaseAway(clock.instant(), failure.words());
    }
  }

  private static Observation observe(Connection connection) throws SQLException {
    String sql =
        """
        select clock_timestamp() as now, watermark.seq as watermark, newest.indexed_at as newest_at,
               ingester.relay, ingester.cursor_seq, ingester.connected, ingester.last_frame_at,
               ingester.behind_seconds, ingester.problem, ingester.stored_at,
               case when ingester.told_at >= ingester.stored_at - silence.after
                    then ingester.dead_letters::text
               end as ingester_letters,
               sinks.seen_at, sinks.alive, sinks.kafka_reachable, sinks.kafka_problem,
               sinks.storing_problem, sinks.streams_running, sinks.streams_problem,
               sinks.letters as sink_letters,
               oldest.seq as oldest_seq, retention.trimmed_through, retention.today,
               retention.claimed_day
        from (select make_interval(secs => ?) as after) silence
        cross join lateral (
          select max(written_at) as seen_at,
                 count(*) filter (where recent) as alive,
                 bool_and(kafka_reachable) filter (where recent) as kafka_reachable,
                 max(problem) filter (where recent and not kafka_reachable) as kafka_problem,
                 max(problem) filter (where recent and kafka_reachable) as storing_problem,
                 bool_or(streams_running) filter (where recent and told) as streams_running,
                 max(streams_problem) filter (where recent and told) as streams_problem,
                 array_agg(dead_letters::text) filter (where recent and told) as letters
          from (
            select *, written_at >= clock_timestamp() - silence.after as recent,
                   told_at >= written_at - silence.after as told
            from sink_heartbeats
          ) heartbeats
        ) sinks
        left join readable_watermark watermark on true
        left join (
          select * from firehose_cursor order by stored_at desc limit 1
        ) ingester on true
        left join lateral (
          select e.indexed_at from firehose_events e
          where e.seq <= watermark.seq
          order by e.seq desc
          limit 1
        ) newest on true
        left join lateral (
          select e.seq from firehose_events e
          where e.seq <= watermark.seq
          order by e.seq
          limit 1
        ) oldest on true
        left join retention on true
        """;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setDouble(1, (double) Diagnosis.SILENT_AFTER.toSeconds());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return new Observation(
            row.getObject("now", OffsetDateTime.class).toInstant(),
            row.getObject("watermark", Long.class),
            instant(row, "newest_at"),
            ingester(row),
            instant(row, "seen_at"),
            row.getInt("alive"),
            row.getObject("kafka_reachable", Boolean.class),
            row.getString("kafka_problem"),
            row.getString("storing_problem"),
            new Observation.Streams(
                row.getObject("streams_running", Boolean.class), row.getString("streams_problem")),
            new Observation.DeadLetters(
                letters(row.getString("ingester_letters")), letters(row.getArray("sink_letters"))),
            new Observation.Retention(
                row.getObject("oldest_seq", Long.class),
                row.getLong("trimmed_through"),
                row.getObject("today", LocalDate.class),
                row.getObject("claimed_day", LocalDate.class)),
            gaps(connection));
      }
    }
  }

  /** Gaps are rare: all of them are counted. */
  private static Observation.Gaps gaps(Connection connection) throws SQLException {
    String sql =
        """
        select relay, from_seq, to_seq, left(reason, %d) as reason, detected_at,
               count(*) over () as count
        from gaps
        order by detected_at desc, to_seq desc
        limit %d
        """
            .formatted(GAP_REASON_LENGTH_MAX, GAPS_SHOWN);
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet row = statement.executeQuery()) {
      long count = 0;
      List<Observation.Gap> latest = new ArrayList<>();
      while (row.next()) {
        count = row.getLong("count");
        latest.add(
            new Observation.Gap(
                row.getString("relay"),
                row.getLong("from_seq"),
                row.getLong("to_seq"),
                row.getString("reason"),
                row.getObject("detected_at", OffsetDateTime.class).toInstant()));
      }
      return new Observation.Gaps(count, latest);
    }
  }

  private static @Nullable DeadLetterCounts letters(@Nullable Array ofSinks) throws SQLException {
    List<DeadLetterCounts> known = new ArrayList<>();
    if (ofSinks != null) {
      for (String told : (@Nullable String[]) ofSinks.getArray()) {
        DeadLetterCounts counts = letters(told);
        if (counts != null) {
          known.add(counts);
        }
      }
    }
    return DeadLetterCounts.sum(known);
  }

  /** What another release tells in other words is not known: health is never in doubt for it. */
  private static @Nullable DeadLetterCounts letters(@Nullable String told) {
    try {
      return told == null ? null : DeadLetterCounts.fromJson(told);
    } catch (IllegalArgumentException foreign) {
      LOG.debug("counts of dead letters that are none", foreign);
      return null;
    }
  }

  private static Observation.@Nullable Ingester ingester(ResultSet row) throws SQLException {
    Instant storedAt = instant(row, "stored_at");
    if (storedAt == null) {
      return null;
    }
    return new Observation.Ingester(
        row.getString("relay"),
        row.getObject("cursor_seq", Long.class),
        row.getBoolean("connected"),
        instant(row, "last_frame_at"),
        row.getDouble("behind_seconds"),
        row.getString("problem"),
        storedAt);
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  private record Answer(Health health, long nanoTime) {}
}
