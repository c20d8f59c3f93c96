package io.skywire.api.dashboard;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@link Progress}. Events are counted as they become readable, {@link #COUNTED_MAX} at most
 * at once: beyond them the rest is taken to be like those. One thread.
 */
final class ProgressQuery {
  private static final int COUNTED_MAX = 20_000;
  private static final int PARTITIONS_MAX = 256;
  private static final int TYPE_LENGTH_MAX = 60;

  private final Throughput throughput = new Throughput();

  Progress read(Connection connection) throws SQLException {
    String sql =
        """
        select clock_timestamp() as now, watermark.seq as watermark, newest.indexed_at
        from (select 1) one
        left join readable_watermark watermark on true
        left join lateral (
          select e.indexed_at from firehose_events e
          where e.seq <= watermark.seq
          order by e.seq desc
          limit 1
        ) newest on true
        """;
    Long watermark;
    Instant now;
    Instant newestAt;
    try (PreparedStatement statement = SnapshotReader.prepare(connection, sql);
        ResultSet row = statement.executeQuery()) {
      row.next();
      watermark = row.getObject("watermark", Long.class);
      now = row.getObject("now", OffsetDateTime.class).toInstant();
      newestAt = SnapshotReader.instant(row, "indexed_at");
    }
    Throughput.Mark mark = throughput.mark(watermark, now);
    if (mark != null && watermark != null) {
      count(connection, mark, new Throughput.Mark(watermark, now));
    }
    List<Progress.Partition> partitions = new ArrayList<>();
    String topic = partitions(connection, partitions);
    return new Progress(watermark, newestAt, topic, partitions, throughput.rates());
  }

  private void count(Connection connection, Throughput.Mark from, Throughput.Mark to)
      throws SQLException {
    String sql =
        """
        select left(event_type, %d) as event_type, count(*) as events, max(seq) as through
        from (
          select event_type, seq from firehose_events
          where seq > ? and seq <= ?
          order by seq
          limit %d
        ) counted
        group by 1
        """
            .formatted(TYPE_LENGTH_MAX, COUNTED_MAX);
    Map<String, Long> events = new TreeMap<>();
    long counted = 0;
    long through = from.watermark();
    try (PreparedStatement statement = SnapshotReader.prepare(connection, sql)) {
      statement.setLong(1, from.watermark());
      statement.setLong(2, to.watermark());
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          events.put(row.getString("event_type"), row.getLong("events"));
          counted += row.getLong("events");
          through = Math.max(through, row.getLong("through"));
        }
      }
    }
    boolean estimated = counted == COUNTED_MAX && through < to.watermark();
    if (estimated) {
      double all = (double) (to.watermark() - from.watermark()) / (through - from.watermark());
      events.replaceAll((type, some) -> Math.round(some * all));
    }
    throughput.add(to, events, estimated);
  }

  private static @Nullable String partitions(
      Connection connection, List<Progress.Partition> partitions) throws SQLException {
    String sql =
        """
        select t.topic, n.partition, p.next_offset, p.watermark_seq, p.updated_at
        from (
          select topic_id, topic, partitions from sink_topics order by first_seen_at desc limit 1
        ) t
        cross join lateral generate_series(0, least(t.partitions, %d) - 1) as n (partition)
        left join sink_progress p on p.topic_id = t.topic_id and p.partition = n.partition
        order by n.partition
        """
            .formatted(PARTITIONS_MAX);
    String topic = null;
    try (PreparedStatement statement = SnapshotReader.prepare(connection, sql);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        topic = row.getString("topic");
        partitions.add(
            new Progress.Partition(
                row.getInt("partition"),
                row.getObject("next_offset", Long.class),
                row.getObject("watermark_seq", Long.class),
                SnapshotReader.instant(row, "updated_at")));
      }
    }
    return topic;
  }
}
