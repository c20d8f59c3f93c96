package io.skywire.sink.write;

import io.skywire.common.lifecycle.FatalException;
import io.skywire.sink.write.EventBatch.Progress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the table has got in each partition of one topic, in {@code sink_progress}. A partition
 * moves on only from the offset that the caller expects (compare and set): a sink that has lost it
 * to another finds another offset there, and its transaction must not be committed.
 */
public final class SinkProgress {
  private static final Logger log = LoggerFactory.getLogger(SinkProgress.class);

  private final String topicId;

  public SinkProgress(String topicId) {
    this.topicId = topicId;
  }

  /**
   * Makes the topic known with a row for each partition. A topic that was deleted and made again
   * goes on from its predecessor's watermarks: what they cover is stored, and must not be twice.
   *
   * @throws FatalException when the predecessor had other partitions and is not read to its end, or
   *     this topic's number of partitions has changed
   */
  public void register(Connection transaction, String topic, int partitions) throws SQLException {
    int known = insertTopic(transaction, topic, partitions);
    if (known != partitions) {
      throw new FatalException(
          "topic %s has %d partitions, but %d when it was first read: the order of its repos' events is lost; recreate it with %d"
              .formatted(topic, partitions, known, known));
    }
  }

  /** The progress of these partitions; {@link #register} has made their rows. */
  Map<Integer, Progress> load(Connection connection, Collection<Integer> partitions)
      throws SQLException {
    Map<Integer, Progress> progress = new HashMap<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            select partition, next_offset, watermark_seq from sink_progress where topic_id = ?
            """)) {
      select.setString(1, topicId);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          if (partitions.contains(rows.getInt(1))) {
            progress.put(
                rows.getInt(1), new Progress(rows.getLong(2), rows.getObject(3, Long.class)));
          }
        }
      }
    }
    return progress;
  }

  /**
   * Moves partitions on, in ascending order so that two sinks cannot lock each other out.
   *
   * @return false when another sink has moved one of them: roll back
   */
  boolean advance(
      Connection transaction, SequencedMap<Integer, Progress> to, Map<Integer, Progress> expected)
      throws SQLException {
    try (PreparedStatement update =
        transaction.prepareStatement(
            """
            update sink_progress
            set next_offset = ?, watermark_seq = ?, updated_at = clock_timestamp()
            where topic_id = ? and partition = ? and next_offset = ?
            """)) {
      for (Map.Entry<Integer, Progress> partition : to.entrySet()) {
        Progress before = expected.get(partition.getKey());
        if (before == null) {
          return false;
        }
        update.setLong(1, partition.getValue().nextOffset());
        update.setObject(2, partition.getValue().watermark(), Types.BIGINT);
        update.setString(3, topicId);
        update.setInt(4, partition.getKey());
        update.setLong(5, before.nextOffset());
        update.addBatch();
      }
      for (int updated : update.executeBatch()) {
        if (updated != 1) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * Ends the sessions whose transactions have moved one of these partitions and neither committed
   * nor rolled back; the rows' {@code xmax} names them. Only who has their partitions may ask.
   *
   * @return how many; those of another database user are none of ours to end
   */
  int endTransactions(Connection connection, Collection<Integer> partitions) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            select count(*) filter (where pg_terminate_backend(pid))
            from pg_stat_activity
            where backend_xid in
                (select xmax from sink_progress where topic_id = ? and partition = any (?))
            """)) {
      select.setString(1, topicId);
      select.setArray(2, connection.createArrayOf("integer", partitions.toArray()));
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }

  private int insertTopic(Connection transaction, String topic, int partitions)
      throws SQLException {
    Map<Integer, @Nullable Long> inherited = predecessorsWatermarks(transaction, topic, partitions);
    try (PreparedStatement insert =
        transaction.prepareStatement(
            """
            insert into sink_topics (topic_id, topic, partitions) values (?, ?, ?)
            on conflict do nothing
            """)) {
      insert.setString(1, topicId);
      insert.setString(2, topic);
      insert.setInt(3, partitions);
      if (insert.executeUpdate() == 1) {
        insertPartitions(transaction, partitions, inherited);
        tellWhereToGoOn(topic, inherited);
        return partitions;
      }
    }
    try (PreparedStatement select =
        transaction.prepareStatement("select partitions from sink_topics where topic_id = ?")) {
      select.setString(1, topicId);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }

  /** Who made the topic anew has lost its cursor too, most likely, and the ingester cannot know. */
  private static void tellWhereToGoOn(String topic, Map<Integer, @Nullable Long> inherited) {
    inherited.values().stream()
        .filter(Objects::nonNull)
        .min(Comparator.naturalOrder())
        .ifPresent(seq ->
            log.warn(
                "topic {} was made anew, and everything up to seq {} is stored: an ingester that has not"
                    + " begun there (./skywire cursor set {}) leaves out what is between, and a gap tells of it",
                topic,
                seq,
                seq));
  }

  private void insertPartitions(
      Connection transaction, int partitions, Map<Integer, @Nullable Long> watermarks)
      throws SQLException {
    try (PreparedStatement insert =
        transaction.prepareStatement(
            """
            insert into sink_progress (topic_id, partition, next_offset, watermark_seq)
            values (?, ?, 0, ?)
            """)) {
      for (int partition = 0; partition < partitions; partition++) {
        insert.setString(1, topicId);
        insert.setInt(2, partition);
        insert.setObject(3, watermarks.get(partition), Types.BIGINT);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private Map<Integer, @Nullable Long> predecessorsWatermarks(
      Connection transaction, String topic, int partitions) throws SQLException {
    TreeMap<Integer, @Nullable Long> watermarks = new TreeMap<>();
    try (PreparedStatement select =
        transaction.prepareStatement(
            """
            select partition, watermark_seq from sink_progress
            where topic_id = (select topic_id from sink_topics
                              where topic = ? and topic_id <> ? and not exists
                                  (select from sink_topics where topic_id = ?)
                              order by first_seen_at desc limit 1)
            order by partition
            """)) {
      select.setString(1, topic);
      select.setString(2, topicId);
      select.setString(3, topicId);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          watermarks.put(rows.getInt(1), rows.getObject(2, Long.class));
        }
      }
    }
    if (watermarks.isEmpty() || watermarks.size() == partitions) {
      return watermarks;
    }
    // With another number of partitions a repo may sit elsewhere than before; that is safe only
    // when every partition had got equally far.
    if (watermarks.values().stream().distinct().count() > 1) {
      throw new FatalException(
          "topic %s was made again with %d partitions, and the old one's %d were not read equally far; recreate it with %d"
              .formatted(topic, partitions, watermarks.size(), watermarks.size()));
    }
    Long watermark = watermarks.firstEntry().getValue();
    TreeMap<Integer, @Nullable Long> spread = new TreeMap<>();
    for (int partition = 0; partition < partitions; partition++) {
      spread.put(partition, watermark);
    }
    return spread;
  }
}
