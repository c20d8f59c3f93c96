package io.skywire.ingester;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decides by its seq what to do with a frame: a session's seqs must rise without a large leap, and
 * what the committed cursor covers was published before. A session's first new frame may leave
 * events out, since they were asked for and did not come; a later one may not, since they have not
 * been asked for yet. What an operator has skipped is a gap too. One for each session; one thread.
 */
final class SeqOrder {
  /** What a seq says about its frame. */
  enum Verdict {
    /** It is new. */
    NEXT,
    /** It is new, and what came after the cursor is not to be had. */
    AFTER_GAP,
    /** It was published before, or has just come. */
    REPEATED,
    /** It is far beyond the one before: what is between is to be asked for. */
    LEAPS,
    /** It is below one that came before it: the session cannot be trusted. */
    BACKWARDS
  }

  /** More than come between two frames that a relay mixes up. */
  private static final int RECENT = 4_096;

  private final @Nullable Long cursor;
  private final @Nullable Long published;
  private final long gapSeqs;
  private final long[] recent = new long[RECENT];
  private long come;
  private long last;
  private boolean first = true;

  /**
   * @param cursor the committed cursor, null when there is none
   * @param published up to where everything is in the topic: the cursor, unless an operator has
   *     moved it; without a cursor, the seq that the session was to begin after; null when nothing
   *     need be there
   * @param gapSeqs how far from one seq to the next; the protocol allows small gaps
   */
  SeqOrder(@Nullable Long cursor, @Nullable Long published, long gapSeqs) {
    this.cursor = cursor;
    this.published = published;
    this.gapSeqs = gapSeqs;
  }

  /**
   * @param outdated whether the relay has said that the cursor is older than its window
   */
  Verdict next(long seq, boolean outdated) {
    if (seq < last) {
      return Verdict.BACKWARDS;
    }
    if (seq == last || (cursor != null && seq <= cursor)) {
      last = seq;
      return Verdict.REPEATED;
    }
    if (first) {
      first = false;
      take(seq);
      return leavesGap(seq, outdated) ? Verdict.AFTER_GAP : Verdict.NEXT;
    }
    if (seq - last > gapSeqs) {
      return Verdict.LEAPS;
    }
    take(seq);
    return Verdict.NEXT;
  }

  /** Whether it was published before, or is one of the last that came as new. */
  boolean hasCome(long seq) {
    return (cursor != null && seq <= cursor)
        || Arrays.stream(recent, 0, (int) Math.min(come, RECENT)).anyMatch(one -> one == seq);
  }

  private void take(long seq) {
    last = seq;
    recent[(int) (come++ % RECENT)] = seq;
  }

  /** The last seq that came. */
  long last() {
    return last;
  }

  /** Where a gap before the first new event begins, exclusive. */
  long gapBegins() {
    return Objects.requireNonNull(published == null ? cursor : published);
  }

  boolean skippedByOperator() {
    return published != null && cursor != null && published < cursor;
  }

  private boolean leavesGap(long seq, boolean outdated) {
    if (cursor == null && published == null) {
      return false;
    }
    long missing = seq - gapBegins();
    return skippedByOperator() || missing > gapSeqs || (outdated && missing > 1);
  }
}
