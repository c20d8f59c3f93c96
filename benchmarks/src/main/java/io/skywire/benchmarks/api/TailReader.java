package io.skywire.benchmarks.api;

import java.io.IOException;

/** Follows the tail: asks for what comes after the last it has, again and again. */
final class TailReader implements Reader {
  private static final int LIMIT = 100;

  /** Answers with events between two that are read to their last event. */
  private static final int CHECK_EVERY = 16;

  private long since;
  private int pages;

  TailReader(long since) {
    this.since = since;
  }

  /** It has every event up to this. */
  long since() {
    return since;
  }

  @Override
  public String next() {
    return "/api/events?since=" + since + "&limit=" + LIMIT;
  }

  @Override
  public void take(Answer answer) throws IOException {
    int count = answer.count();
    if (answer.maxSeq() != since + count || (count > 0 && answer.firstSeq() != since + 1)) {
      throw new IOException(
          "after seq %d came %d events up to %d".formatted(since, count, answer.maxSeq()));
    }
    if (count > 0 && pages++ % CHECK_EVERY == 0) {
      RandomReader.expect(since, count, answer.seqs());
    }
    since += count;
  }
}
