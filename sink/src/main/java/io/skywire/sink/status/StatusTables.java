package io.skywire.sink.status;

import io.skywire.common.topic.DeadLetterCounts;
import io.skywire.common.topic.IngesterStatus;
import io.skywire.sink.stats.StreamsState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Writes {@code firehose_cursor} and {@code sink_heartbeats}. */
public final class StatusTables {
  private static final int HEARTBEAT_DAYS = 1;

  private final DataSource database;
  private final String instance;

  /**
   * @param instance names this sink among others
   */
  public StatusTables(DataSource database, String instance) {
    this.database = database;
    this.instance = instance;
  }

  /**
   * Stores a status unless a later one of the topic is there. Several sinks read the topic, each in
   * order but not equally far; the offset tells what is newer, since the ingester's clock may be
   * set back. Statement by statement: in one transaction, a sink that is stopped before it commits
   * would keep the others from telling that they live.
   *
   * @param topicId the status topic's: offsets of one that was made again begin anew
   */
  void store(String topicId, long offset, IngesterStatus status) throws SQLException {
    try (Connection connection = database.getConnection()) {
      storeStatus(connection, topicId, offset, status);
    }
  }

  /** The relay of the newest status, null before the first. */
  public @Nullable String relay() throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                """
                select relay from firehose_cursor order by stored_at desc limit 1
                """);
        ResultSet row = select.executeQuery()) {
      return row.next() ? row.getString(1) : null;
    }
  }

  /**
   * @param problem of Kafka when it is not reachable, else of storing; null when all is well
   */
  void heartbeat(boolean kafkaReachable, @Nullable String problem, SinkReport report)
      throws SQLException {
    StreamsState streams = report.streams();
    try (Connection connection = database.getConnection();
        PreparedStatement upsert =
            connection.prepareStatement(
                """
                with forgotten as (
                    delete from sink_heartbeats
                    where written_at < clock_timestamp() - make_interval(days => ?))
                insert into sink_heartbeats
                    (instance, kafka_reachable, problem, dead_letters, streams_running,
                     streams_problem, written_at, told_at)
                values (?, ?, ?, ?::jsonb, ?, ?, clock_timestamp(), clock_timestamp())
                on conflict (instance) do update
                set kafka_reachable = excluded.kafka_reachable, problem = excluded.problem,
                    dead_letters = excluded.dead_letters,
                    streams_running = excluded.streams_running,
                    streams_problem = excluded.streams_problem,
                    written_at = excluded.written_at, told_at = excluded.told_at
                """)) {
      upsert.setInt(1, HEARTBEAT_DAYS);
      upsert.setString(2, instance);
      upsert.setBoolean(3, kafkaReachable);
      upsert.setString(4, problem);
      upsert.setString(5, report.deadLetters().toJson());
      upsert.setObject(6, streams == null ? null : (Boolean) streams.running(), Types.BOOLEAN);
      upsert.setString(7, streams == null ? null : streams.problem());
      upsert.executeUpdate();
    }
  }

  private static void storeStatus(
      Connection connection, String topicId, long offset, IngesterStatus status)
      throws SQLException {
    try (PreparedStatement upsert =
        connection.prepareStatement(
            """
            insert into firehose_cursor as stored
                (relay, cursor_seq, connected, last_frame_at, behind_seconds, problem, written_at,
                 topic_id, topic_offset, dead_letters, stored_at, told_at)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, clock_timestamp(), clock_timestamp())
            on conflict (relay) do update
            set cursor_seq = excluded.cursor_seq, connected = excluded.connected,
                last_frame_at = excluded.last_frame_at, behind_seconds = excluded.behind_seconds,
                problem = excluded.problem, written_at = excluded.written_at,
                topic_id = excluded.topic_id, topic_offset = excluded.topic_offset,
                dead_letters = excluded.dead_letters,
                stored_at = excluded.stored_at, told_at = excluded.told_at
            where stored.topic_id is distinct from excluded.topic_id
               or stored.topic_offset < excluded.topic_offset
            """)) {
      upsert.setString(1, status.relay());
      upsert.setObject(2, status.cursor(), Types.BIGINT);
      upsert.setBoolean(3, status.connected());
      upsert.setObject(4, utc(status.lastFrameAt()), Types.TIMESTAMP_WITH_TIMEZONE);
      upsert.setDouble(5, status.behindSeconds());
      upsert.setString(6, status.problem());
      upsert.setObject(7, utc(status.writtenAt()), Types.TIMESTAMP_WITH_TIMEZONE);
      upsert.setString(8, topicId);
      upsert.setLong(9, offset);
      DeadLetterCounts letters = status.deadLetters();
      upsert.setString(10, letters == null ? null : letters.toJson());
      upsert.executeUpdate();
    }
  }

  private static @Nullable OffsetDateTime utc(@Nullable Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }
}
