package io.skywire.benchmarks.pipeline;

/**
 * The speed of a loop over so many, without the first half of them: who catches up does so for
 * longer than it takes to compile its code, and that takes longest of what runs here. One thread.
 */
final class AfterWarmUp {
  static final int PARTS = 2;
  private static final double NANOS_A_SECOND = 1e9;

  private final int all;
  private int begun;
  private long begunNanos;
  private int done;
  private long doneNanos;

  AfterWarmUp(int all) {
    this.all = all;
    this.begunNanos = System.nanoTime();
  }

  /** So many are done by now. */
  void reached(int count) {
    if (count <= done) {
      return;
    }
    done = count;
    doneNanos = System.nanoTime();
    // Where all are done between two looks, as few are, the start counts too.
    if (begun == 0 && count >= all / PARTS && count < all) {
      begun = done;
      begunNanos = doneNanos;
    }
  }

  int done() {
    return done;
  }

  boolean isComplete() {
    return done == all;
  }

  double perSecond() {
    if (!isComplete() || done == begun) {
      throw new IllegalStateException("no speed can be told: %,d of %,d".formatted(done, all));
    }
    return (done - begun) / ((doneNanos - begunNanos) / NANOS_A_SECOND);
  }
}
