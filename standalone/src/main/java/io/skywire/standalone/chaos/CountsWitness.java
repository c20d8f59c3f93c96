package io.skywire.standalone.chaos;

import io.skywire.common.database.DatabaseUrl;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * Compares what Kafka Streams has counted in all with what the relay has emitted: events by their
 * type, and ops as {@code commit create app.bsky.feed.post}.
 */
final class CountsWitness {
  private static final long LOOK_AGAIN_MILLIS = 200;

  /**
   * What is counted twice comes as late as what is counted once: counts are committed every second,
   * and stored within one more. Twice that.
   */
  private static final Duration LATE = Duration.ofSeconds(4);

  /** What has been counted by now. */
  interface Counts {
    Map<String, Long> read() throws SQLException;
  }

  private final Counts counts;
  private final Findings findings;

  CountsWitness(Counts counts, Findings findings) {
    this.counts = counts;
    this.findings = findings;
  }

  static CountsWitness of(DatabaseUrl database, Findings findings) {
    return new CountsWitness(() -> counted(database), findings);
  }

  /**
   * Counts come a second or two behind the events: waits until all are there, and whether more
   * come.
   *
   * @param emitted all that there is to count; nothing more is emitted
   */
  void await(Map<String, Long> emitted, Duration max) throws SQLException, InterruptedException {
    long deadline = System.nanoTime() + max.toNanos();
    Map<String, Long> counted = counts.read();
    while (!counted.equals(emitted) && System.nanoTime() < deadline) {
      Thread.sleep(LOOK_AGAIN_MILLIS);
      counted = counts.read();
    }
    long late = System.nanoTime() + LATE.toNanos();
    while (counted.equals(emitted) && System.nanoTime() < late) {
      Thread.sleep(LOOK_AGAIN_MILLIS);
      counted = counts.read();
    }
    compare(emitted, counted);
  }

  void compare(Map<String, Long> emitted, Map<String, Long> counted) {
    if (!counted.equals(emitted)) {
      long more = sum(counted) - sum(emitted);
      findings.add(
          more < 0 ? Finding.Kind.LOST : Finding.Kind.REPEATED,
          "Kafka Streams has counted %s of %s"
              .formatted(without(counted, emitted), without(emitted, counted)));
    }
  }

  /** Those that are not the same in the other ones. */
  private static Map<String, Long> without(Map<String, Long> counts, Map<String, Long> others) {
    Map<String, Long> left = new TreeMap<>(counts);
    left.entrySet().removeAll(others.entrySet());
    return left;
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  private static Map<String, Long> counted(DatabaseUrl database) throws SQLException {
    try (Connection connection = TableWitness.connect(database);
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                select trim(event_type || ' ' || action || ' ' || collection),
                  sum(events)::bigint
                from event_stats group by 1
                """)) {
      Map<String, Long> counted = new TreeMap<>();
      while (row.next()) {
        counted.put(row.getString(1), row.getLong(2));
      }
      return counted;
    }
  }
}
