package io.skywire.benchmarks.api;

import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/** Reads pages of one filter after another, from anywhere in a part of the table. */
final class FilterReader implements Reader {
  private static final int LIMIT = 100;

  /** Pages of each filter that are compared with what there is: for a rare one that takes long. */
  private static final int CHECKS = 3;

  private static final long NEW = 10_000;
  private static final int OLD_SHARE = 10;

  private final EventLayout layout;
  private final SplittableRandom random;
  private Filter filter = Filter.ALL.getFirst();
  private boolean old;
  private long since;
  private int checked;

  FilterReader(EventLayout layout, long seed) {
    this.layout = layout;
    this.random = new SplittableRandom(seed);
  }

  /**
   * What it asks from now on, after an old seq or a new one.
   *
   * @param compare whether to compare pages with what there is
   */
  void ask(Filter wanted, boolean afterAnOldSeq, boolean compare) {
    filter = wanted;
    old = afterAnOldSeq;
    checked = compare ? 0 : CHECKS;
  }

  @Override
  public String next() {
    since =
        old
            ? random.nextLong(layout.rows() / OLD_SHARE)
            : layout.rows() - 1 - random.nextLong(Math.min(NEW, layout.rows()));
    return "/api/events?since=" + since + "&limit=" + LIMIT + filter.query();
  }

  @Override
  public void take(Answer answer) throws IOException {
    if (checked++ < CHECKS) {
      long end = answer.maxSeq();
      List<Long> seqs = answer.seqs();
      List<Long> expected =
          LongStream.rangeClosed(since + 1, end)
              .filter(seq -> filter.matches(layout, seq))
              .boxed()
              .toList();
      boolean complete = seqs.size() == LIMIT || end == layout.rows() || filter.isCombined();
      if (!seqs.equals(expected) || !complete || end <= since) {
        throw new IOException(
            "after seq %d up to %d, %s, came %s instead of %s"
                .formatted(since, end, filter.name(), seqs, expected));
      }
    }
  }
}
