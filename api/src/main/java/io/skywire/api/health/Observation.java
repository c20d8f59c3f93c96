package io.skywire.api.health;

import io.skywire.common.topic.DeadLetterCounts;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
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
 * @param storingProblem why one that reaches Kafka cannot store
 * @param streams how Kafka Streams is at those
 * @param deadLetters those that are known to have been kept
 * @param retention what is kept
 * @param gaps events that were lost before they could be stored
 */
record Observation(
    Instant now,
    @Nullable Long watermark,
    @Nullable Instant newestReadableAt,
    @Nullable Ingester ingester,
    @Nullable Instant sinkSeenAt,
    int sinksAlive,
    @Nullable Boolean kafkaReachable,
    @Nullable String kafkaProblem,
    @Nullable String storingProblem,
    Streams streams,
    DeadLetters deadLetters,
    Retention retention,
    Gaps gaps) {

  /**
   * Kafka Streams at the sinks that report.
   *
   * @param running whether it works at one of them, null where none says that it is wanted
   * @param problem why it does not at one of them
   */
  record Streams(@Nullable Boolean running, @Nullable String problem) {}

  /**
   * @param decode of the ingester that works, null when it does not tell
   * @param store of the sinks that report, null when none of them tells
   */
  record DeadLetters(@Nullable DeadLetterCounts decode, @Nullable DeadLetterCounts store) {}

  /**
   * The table {@code retention}.
   *
   * @param oldestSeq the oldest event that can be read, null without any
   * @param trimmedThrough the highest seq that was dropped, 0 before the first
   * @param today the day that it goes by, null before its first look
   * @param claimedDay a later one that it does not believe yet, mostly null
   */
  record Retention(
      @Nullable Long oldestSeq,
      long trimmedThrough,
      @Nullable LocalDate today,
      @Nullable LocalDate claimedDay) {}

  /** A row of {@code firehose_cursor}. */
  record Ingester(
      String relay,
      @Nullable Long cursor,
      boolean connected,
      @Nullable Instant lastFrameAt,
      double behindSeconds,
      @Nullable String problem,
      Instant storedAt) {}

  /**
   * The table {@code gaps}.
   *
   * @param count of all
   * @param latest a few, newest first
   */
  record Gaps(long count, List<Gap> latest) {
    Gaps {
      latest = List.copyOf(latest);
    }
  }

  /**
   * Seqs (both exclusive) between which events may be missing, or offsets when the source is a
   * partition of the topic.
   */
  record Gap(String source, long fromSeq, long toSeq, String reason, Instant detectedAt) {}

  double secondsSince(Instant then) {
    return Math.max(0, Duration.between(then, now).toMillis() / 1000.0);
  }
}
