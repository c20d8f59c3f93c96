package io.skywire.api.health;

import io.skywire.common.topic.MinuteCount;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * From what was observed to how things are: pure, and the one place that names the thresholds.
 *
 * <p>A gap is told for {@link #GAP_IS_RECENT} among what is wrong, so that nobody misses it, but
 * does not make the status {@code degraded}: it is over, nothing that runs now can mend it, and who
 * watches the status would be blind to new trouble for a day.
 */
final class Diagnosis {
  /** Ingester and sink report every second; after this long they count as silent. */
  static final Duration SILENT_AFTER = Duration.ofSeconds(10);

  static final double LAG_SECONDS_MAX = 30;

  private static final Duration REPEATS_AFTER = Duration.ofSeconds(10);
  private static final Duration CLOCKS_DIFFER_MAX = Duration.ofMinutes(1);
  private static final Duration GAP_IS_RECENT = Duration.ofHours(24);

  private final Observation observed;
  private final List<String> problems = new ArrayList<>();

  private Diagnosis(Observation observed) {
    this.observed = observed;
  }

  static Health of(Observation observed) {
    return new Diagnosis(observed).health();
  }

  private Health health() {
    boolean sinkAlive = sinkAlive();
    boolean kafkaReachable = kafkaReachable();
    if (observed.storingProblem() != null) {
      problems.add("a sink cannot store events: " + observed.storingProblem());
    }
    // The sink carries the ingester's status from Kafka to the database.
    boolean statusFlows = sinkAlive && kafkaReachable;
    boolean reporting = reporting(statusFlows);
    Observation.Ingester ingester = observed.ingester();
    if (ingester != null && reporting && !ingester.connected()) {
      problems.add(
          "the relay %s is not connected%s"
              .formatted(ingester.relay(), reason(ingester.problem())));
    }
    Double lag = reporting ? lag() : null;
    if (lag != null && lag > LAG_SECONDS_MAX) {
      problems.add(
          "what can be read is %s behind the relay, more than %s"
              .formatted(seconds(lag), seconds(LAG_SECONDS_MAX)));
    } else if (lag == null && reporting) {
      problems.add("nothing can be read yet");
    }
    tellStreams();
    if (reporting) {
      tellRepeats();
    }
    Health.Status status = problems.isEmpty() ? Health.Status.OK : Health.Status.DEGRADED;
    tellRecentGap();
    tellDoubtfulDay();
    tellDayAhead();
    return new Health(
        status,
        observed.watermark() == null ? 0 : observed.watermark(),
        lag,
        observed.now(),
        relay(reporting),
        ingester == null
            ? new Health.Ingester(false, null, null, null)
            : new Health.Ingester(
                statusFlows ? (Boolean) reporting : null,
                ingester.cursor(),
                ingester.behindSeconds(),
                ingester.storedAt()),
        new Health.Kafka(observed.kafkaReachable(), observed.kafkaProblem()),
        new Health.Sink(
            sinkAlive, observed.sinksAlive(), observed.sinkSeenAt(), observed.storingProblem()),
        new Health.Streams(observed.streams().running(), observed.streams().problem()),
        new Health.Database(true, null),
        new Health.Retention(
            observed.retention().oldestSeq(), observed.retention().trimmedThrough()),
        observed.gaps(),
        Health.DeadLetters.of(observed.deadLetters()),
        problems);
  }

  private boolean sinkAlive() {
    if (observed.sinksAlive() > 0) {
      return true;
    }
    Instant seen = observed.sinkSeenAt();
    problems.add(
        seen == null
            ? "no sink has ever reported"
            : "no sink has reported for " + seconds(observed.secondsSince(seen)));
    return false;
  }

  private boolean kafkaReachable() {
    if (Boolean.FALSE.equals(observed.kafkaReachable())) {
      problems.add("the sink cannot reach Kafka" + reason(observed.kafkaProblem()));
      return false;
    }
    return true;
  }

  private boolean reporting(boolean statusFlows) {
    Observation.Ingester ingester = observed.ingester();
    if (!statusFlows) {
      problems.add("the state of the ingester is unknown, since the sink does not pass it on");
      return false;
    }
    if (ingester == null) {
      problems.add("no ingester has ever reported");
      return false;
    }
    double silence = observed.secondsSince(ingester.storedAt());
    if (silence > SILENT_AFTER.toSeconds()) {
      problems.add("the ingester has not reported for " + seconds(silence));
      return false;
    }
    return true;
  }

  /** What was last known is shown only while it still holds. */
  private Health.Relay relay(boolean reporting) {
    Observation.Ingester ingester = observed.ingester();
    if (ingester == null) {
      return new Health.Relay(null, null, null, null);
    }
    return new Health.Relay(
        ingester.relay(),
        reporting ? (Boolean) ingester.connected() : null,
        ingester.lastFrameAt(),
        reporting ? ingester.problem() : null);
  }

  /**
   * The larger of the sink's part (the age of the newest readable event while there are later ones)
   * and the ingester's; null when nothing can be read. Only a report that still holds tells: when
   * none comes, relay and cursor may have moved on unseen.
   */
  private @Nullable Double lag() {
    Observation.Ingester ingester = observed.ingester();
    if (ingester == null) {
      return null;
    }
    Long cursor = ingester.cursor();
    Long watermark = observed.watermark();
    double ofSink = 0;
    if (cursor != null && (watermark == null || watermark < cursor)) {
      Instant newest = observed.newestReadableAt();
      if (newest == null) {
        return null;
      }
      ofSink = observed.secondsSince(newest);
    }
    return Math.max(ofSink, ingester.behindSeconds());
  }

  /**
   * Events are stored all the same, but counts stand still, or will with the next; routes maybe.
   */
  private void tellStreams() {
    String problem = observed.streams().problem();
    if (problem == null) {
      return;
    }
    problems.add(
        problem.startsWith(MinuteCount.NOT_STORED)
            ? "a sink does not store counts: " + problem.substring(MinuteCount.NOT_STORED.length())
            : "a sink does not count events or send them on: " + problem);
  }

  /**
   * While frames come whose seqs the table is past, nothing of them is stored: the cursor was set
   * back, or the relay counts anew. The cursor of a report is a moment old, so what tells is that
   * the newest event has long been there.
   */
  private void tellRepeats() {
    Observation.Ingester ingester = observed.ingester();
    Long watermark = observed.watermark();
    Instant newest = observed.newestReadableAt();
    if (ingester == null || ingester.cursor() == null || watermark == null || newest == null) {
      return;
    }
    Instant lastFrame = ingester.lastFrameAt();
    if (ingester.cursor() < watermark
        && lastFrame != null
        && newest.plus(REPEATS_AFTER).isBefore(lastFrame)) {
      problems.add(
          "the relay's events up to seq %d are stored already, and it is at %d: nothing new until then; a relay that counts anew needs another Kafka and database"
              .formatted(watermark, ingester.cursor()));
    }
  }

  private void tellRecentGap() {
    observed.gaps().latest().stream()
        .filter(gap -> observed.secondsSince(gap.detectedAt()) < GAP_IS_RECENT.toSeconds())
        .findFirst()
        .ifPresent(gap ->
            problems.add(
                "events of %s between %d and %d were lost on %s: %s"
                    .formatted(
                        gap.source(),
                        gap.fromSeq(),
                        gap.toSeq(),
                        gap.detectedAt().truncatedTo(ChronoUnit.SECONDS),
                        gap.reason())));
  }

  /** Nobody reads less for it, so it is no degradation either. */
  private void tellDoubtfulDay() {
    if (observed.retention().claimedDay() != null) {
      problems.add(
          "the newest events' day was %s and is %s now: retention waits for a day in case a clock has jumped"
              .formatted(observed.retention().today(), observed.retention().claimedDay()));
    }
  }

  /** Nobody reads less for it; but nothing is dropped before the clock has come as far. */
  private void tellDayAhead() {
    LocalDate day = observed.retention().today();
    if (day != null
        && day.isAfter(
            LocalDate.ofInstant(observed.now().plus(CLOCKS_DIFFER_MAX), ZoneOffset.UTC))) {
      problems.add(
          "the newest events are dated %s, ahead of the clock: an ingester's clock was ahead, and until that day events are dated so and none are dropped"
              .formatted(day));
    }
  }

  private static String reason(@Nullable String problem) {
    return problem == null ? "" : ": " + problem;
  }

  private static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.0f s", seconds);
  }
}
