package io.skywire.benchmarks.pipeline;

/** The speed of a loop over so many, without the first fifth of them. One thread. */
final class AfterWarmUp {
  private static final int WARM_UP_PARTS = 5;
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
    if (begun == 0 && count >= all / WARM_UP_PARTS && count < all) {
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
