package io.skywire.ingester.status;

import io.skywire.common.topic.DeadLetterTally;
import io.skywire.common.topic.IngesterStatus;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the ingester's loop knows of itself, put up for others to read. The loop writes, the
 * reporter and the metrics read. Only a leading ingester has something to say.
 */
public final class StatusBoard {
  /**
   * Ages of the newest events whose median is how far the ingester is behind: one liar is not it.
   */
  private static final int AGES = 31;

  /** A relay that has been silent for so long has nothing that we have not. */
  private static final Duration SILENT = Duration.ofSeconds(5);

  private static final double MILLIS_A_SECOND = 1000;

  private final String relay;
  private final InstantSource clock;
  private final DeadLetterTally letters;
  private final long[] agesMillis = new long[AGES];
  private int agesKnown;
  private int nextAge;
  private boolean member;
  private boolean leading;
  private boolean connected;
  private @Nullable Long cursor;
  private @Nullable Instant lastFrameAt;
  private @Nullable String problem = "starting";

  public StatusBoard(String relay, InstantSource clock) {
    this.relay = relay;
    this.clock = clock;
    this.letters = new DeadLetterTally(clock);
  }

  /**
   * @param inGroup whether this ingester is one of those of which one leads
   */
  public synchronized void member(boolean inGroup) {
    member = inGroup;
  }

  public synchronized void leading(@Nullable Long committedCursor) {
    if (!Objects.equals(cursor, committedCursor)) {
      // Another has published meanwhile, or nobody knows what became of the last batch.
      letters.beginAnew();
    }
    leading = true;
    cursor = committedCursor;
  }

  public synchronized void standby() {
    leading = false;
    connected = false;
  }

  public synchronized void connected() {
    connected = true;
    problem = null;
  }

  public synchronized void disconnected(String why) {
    connected = false;
    problem = why;
  }

  public synchronized void framesCameIn(Instant at) {
    lastFrameAt = at;
  }

  /**
   * @param time the relay's time of the newest event, null when it gave none
   */
  public synchronized void published(long seq, @Nullable String time) {
    cursor = seq;
    if (time == null) {
      return;
    }
    try {
      Duration age = Duration.between(OffsetDateTime.parse(time).toInstant(), clock.instant());
      agesMillis[nextAge] = Math.max(0, age.toMillis());
      nextAge = (nextAge + 1) % AGES;
      agesKnown = Math.min(AGES, agesKnown + 1);
    } catch (DateTimeException | ArithmeticException noSuchTime) {
      // A time that is none says nothing about our lag; the event itself is published as it is.
    }
  }

  /**
   * @param reason of a dead letter that was published
   */
  public synchronized void kept(String reason) {
    letters.kept(reason);
  }

  /** What there is to say right now; empty for a standby. */
  public synchronized Optional<IngesterStatus> read() {
    if (!leading) {
      return Optional.empty();
    }
    return Optional.of(
        new IngesterStatus(
            relay,
            connected,
            lastFrameAt,
            cursor,
            behindSeconds(),
            problem,
            clock.instant(),
            letters.read()));
  }

  /** Whether it works, or could as soon as it leads. */
  public synchronized boolean isReady() {
    return member && (!leading || connected);
  }

  private double behindSeconds() {
    if (agesKnown == 0
        || lastFrameAt == null
        || lastFrameAt.plus(SILENT).isBefore(clock.instant())) {
      return 0;
    }
    long[] sorted = Arrays.copyOf(agesMillis, agesKnown);
    Arrays.sort(sorted);
    return sorted[agesKnown / 2] / MILLIS_A_SECOND;
  }
}
