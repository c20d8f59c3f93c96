package io.skywire.benchmarks.api;

import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;

/** Reads full pages from anywhere in a range of events whose seqs have no gaps. */
final class RandomReader implements Reader {
  static final int LIMIT = 100;

  /** Answers between two that are read to their last event. */
  private static final int CHECK_EVERY = 64;

  private final LongSupplier last;
  private final long events;
  private final SplittableRandom random;
  private long since;
  private int answers;

  /**
   * @param last the range's last seq, which may move on
   * @param events in the range
   */
  RandomReader(LongSupplier last, long events, long seed) {
    this.last = last;
    this.events = events;
    this.random = new SplittableRandom(seed);
  }

  @Override
  public String next() {
    since = last.getAsLong() - LIMIT - random.nextLong(events - LIMIT + 1);
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
