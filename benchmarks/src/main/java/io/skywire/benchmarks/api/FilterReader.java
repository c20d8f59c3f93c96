package io.skywire.benchmarks.api;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/** Reads pages of one filter after another, from anywhere in a part of the table. */
final class FilterReader implements Reader {
  private static final int LIMIT = 100;

  /** Pages of each filter that are compared with what there is: for a rare one that takes long. */
  private static final int CHECKS = 3;

  /** Where in the table it asks from. */
  enum Since {
    /** The first rows, as many in a large table as in a small one: a cache holds either. */
    OLD,
    /** The last ones, as many in either. */
    NEW,
    /** The first tenth: of a large table more than a cache holds. */
    ANYWHERE_OLD;

    String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  private static final long NEW_ROWS = 10_000;
  private static final long OLD_ROWS = 100_000;
  private static final int OLD_SHARE = 10;

  private final EventLayout layout;
  private final long oldRows;
  private final SplittableRandom random;
  private Filter filter = Filter.ALL.getFirst();
  private Since from = Since.NEW;
  private long since;
  private int checked;

  /**
   * @param smallest how many rows the smallest table has that this one is compared with
   */
  FilterReader(EventLayout layout, long smallest, long seed) {
    this.layout = layout;
    this.oldRows = Math.min(OLD_ROWS, Math.max(1, smallest / OLD_SHARE));
    this.random = new SplittableRandom(seed);
  }

  /**
   * What it asks from now on.
   *
   * @param compare whether to compare pages with what there is
   */
  void ask(Filter wanted, Since part, boolean compare) {
    filter = wanted;
    from = part;
    checked = compare ? 0 : CHECKS;
  }

  @Override
  public String next() {
    since =
        switch (from) {
          case OLD -> random.nextLong(oldRows);
          case ANYWHERE_OLD -> random.nextLong(Math.max(1, layout.rows() / OLD_SHARE));
          case NEW -> layout.rows() - 1 - random.nextLong(Math.min(NEW_ROWS, layout.rows()));
        };
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
