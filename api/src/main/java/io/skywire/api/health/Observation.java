package io.skywire.api.health;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the database told at one instant of its own clock; all times are of that clock but for
 * {@code lastFrameAt}, which is the ingester's.
 *
 * @param watermark null when nothing is readable yet
 * @param newestReadableAt {@code indexed_at} of the newest readable event
 * @param ingester the newest status of an ingester, null when none was ever stored
 * @param sinkSeenAt the newest heartbeat of any sink
 * @param sinksAlive sinks with a recent heartbeat
 * @param kafkaReachable whether all of those reach Kafka, null without any
 * @param kafkaProblem what one of them says of Kafka
 */
record Observation(
    Instant now,
    @Nullable Long watermark,
    @Nullable Instant newestReadableAt,
    @Nullable Ingester ingester,
    @Nullable Instant sinkSeenAt,
    int sinksAlive,
    @Nullable Boolean kafkaReachable,
    @Nullable String kafkaProblem) {

  /** A row of {@code firehose_cursor}. */
  record Ingester(
      String relay,
      @Nullable Long cursor,
      boolean connected,
      @Nullable Instant lastFrameAt,
      double behindSeconds,
      @Nullable String problem,
      Instant storedAt) {}

  double secondsSince(Instant then) {
    return Math.max(0, Duration.between(then, now).toMillis() / 1000.0);
  }
}
