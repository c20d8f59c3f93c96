package io.skywire.ingester;

import org.jspecify.annotations.Nullable;

/**
 * Decides by its seq what to do with a frame: a session's seqs must rise, and what the committed
 * cursor covers was published before. One for each session; one thread.
 */
final class SeqOrder {
  /** What a seq says about its frame. */
  enum Verdict {
    /** It is new. */
    NEXT,
    /** It was published before, or has just come. */
    REPEATED,
    /** It is below one that came before it: the session cannot be trusted. */
    BACKWARDS
  }

  private final @Nullable Long cursor;
  private final long gapSeqs;
  private long last;
  private boolean first = true;

  /**
   * @param cursor the committed cursor, null when there is none
   * @param gapSeqs how far beyond the cursor a first new seq may be; the protocol allows small gaps
   */
  SeqOrder(@Nullable Long cursor, long gapSeqs) {
    this.cursor = cursor;
    this.gapSeqs = gapSeqs;
  }

  Verdict next(long seq) {
    if (seq < last) {
      return Verdict.BACKWARDS;
    }
    if (seq == last || (cursor != null && seq <= cursor)) {
      last = seq;
      return Verdict.REPEATED;
    }
    last = seq;
    return Verdict.NEXT;
  }

  /** The last seq that came. */
  long last() {
    return last;
  }

  /**
   * Whether the session's first new seq leaves a gap behind the committed cursor.
   *
   * @param outdated whether the relay has said that the cursor is older than its window
   */
  boolean isFirstAfterGap(long seq, boolean outdated) {
    boolean gap =
        first && cursor != null && (seq - cursor > gapSeqs || (outdated && seq - cursor > 1));
    first = false;
    return gap;
  }
}
