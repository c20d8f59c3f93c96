package io.skywire.standalone.chaos;

import io.skywire.common.database.DatabaseUrl;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** Compares what Kafka Streams has counted in all with what the relay has emitted. */
final class CountsWitness {
  private static final long LOOK_AGAIN_MILLIS = 200;

  private final DatabaseUrl database;
  private final Findings findings;

  CountsWitness(DatabaseUrl database, Findings findings) {
    this.database = database;
    this.findings = findings;
  }

  /**
   * Counts come a second or two behind the events: waits until all are there.
   *
   * @param emitted events by their type; nothing more is emitted
   */
  void await(Map<String, Long> emitted, Duration max) throws SQLException, InterruptedException {
    long deadline = System.nanoTime() + max.toNanos();
    Map<String, Long> counted = counted();
    while (!counted.equals(emitted) && System.nanoTime() < deadline) {
      Thread.sleep(LOOK_AGAIN_MILLIS);
      counted = counted();
    }
    compare(emitted, counted);
  }

  void compare(Map<String, Long> emitted, Map<String, Long> counted) {
    if (!counted.equals(emitted)) {
      long more = sum(counted) - sum(emitted);
      findings.add(
          more < 0 ? Finding.Kind.LOST : Finding.Kind.REPEATED,
          "Kafka Streams has counted %s of %s events".formatted(counted, emitted));
    }
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  private Map<String, Long> counted() throws SQLException {
    try (Connection connection = TableWitness.connect(database);
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                select event_type, sum(events)::bigint from event_stats
                where collection = '' and action = '' group by event_type
                """)) {
      Map<String, Long> counted = new TreeMap<>();
      while (row.next()) {
        counted.put(row.getString(1), row.getLong(2));
      }
      return counted;
    }
  }
}
