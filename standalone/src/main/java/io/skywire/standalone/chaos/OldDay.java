package io.skywire.standalone.chaos;

/**
 * An expired day, which retention drops: all of it or nothing.
 *
 * @param partitions how many of its two there are
 */
record OldDay(SeqSpan events, int partitions) {
  /** One of the events, one of their further collections. */
  static final int PARTITIONS = 2;

  boolean isWhole() {
    return events.isWhole() && partitions == PARTITIONS;
  }

  boolean isGone() {
    return events.isEmpty() && partitions == 0;
  }

  Rows dropped() {
    return events.before().minus(events.left());
  }

  @Override
  public String toString() {
    return "%s, in %d of %d partitions".formatted(events, partitions, PARTITIONS);
  }
}
