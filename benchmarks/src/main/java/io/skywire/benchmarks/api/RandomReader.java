package io.skywire.benchmarks.api;

import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/** Reads full pages from anywhere in a range of seqs that has no gaps. */
final class RandomReader implements Reader {
  static final int LIMIT = 100;

  /** Answers between two that are read to their last event. */
  private static final int CHECK_EVERY = 64;

  private final long first;
  private final long last;
  private final SplittableRandom random;
  private long since;
  private int answers;

  /**
   * @param first the lowest {@code since}
   * @param last the last event's seq
   */
  RandomReader(long first, long last, long seed) {
    this.first = first;
    this.last = last;
    this.random = new SplittableRandom(seed);
  }

  @Override
  public String next() {
    since = random.nextLong(first, last - LIMIT + 1);
    return "/api/events?since=" + since + "&limit=" + LIMIT;
  }

  @Override
  public void take(Answer answer) throws IOException {
    if (answer.count() != LIMIT
        || answer.firstSeq() != since + 1
        || answer.maxSeq() != since + LIMIT) {
      throw new IOException(
          "after seq %d came %d events from %d to %d"
              .formatted(since, answer.count(), answer.firstSeq(), answer.maxSeq()));
    }
    if (answers++ % CHECK_EVERY == 0) {
      expect(since, LIMIT, answer.seqs());
    }
  }

  /** One seq after the other, and so many of them. */
  static void expect(long since, int count, List<Long> seqs) throws IOException {
    List<Long> expected = LongStream.rangeClosed(since + 1, since + count).boxed().toList();
    if (!seqs.equals(expected)) {
      throw new IOException("after seq %d came %s".formatted(since, seqs));
    }
  }
}
