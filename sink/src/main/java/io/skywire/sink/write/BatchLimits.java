package io.skywire.sink.write;

/**
 * How large one batch may be, so that the sink's memory is bounded whatever the topic holds. The
 * last poll may bring a batch beyond its bytes, but never by more than {@link #POLL_RECORDS_MAX}
 * records.
 *
 * @param eventsMax records in one batch
 * @param bytesMax bytes of records after which a batch takes no more
 */
public record BatchLimits(int eventsMax, long bytesMax) {
  /**
   * Records that one poll may bring. Kafka's consumer decompresses them all before anybody can
   * weigh them, and each may have 15 MiB of JSON that was next to nothing in the topic: this bounds
   * that sum to 60 MiB. A poll of what is fetched already costs microseconds.
   */
  private static final int POLL_RECORDS_MAX = 4;

  public BatchLimits {
    if (eventsMax < 1 || bytesMax < 1) {
      throw new IllegalArgumentException("a batch must have room for one record");
    }
  }

  /** What the consumer's {@code max.poll.records} must be. */
  public int pollRecordsMax() {
    return Math.min(POLL_RECORDS_MAX, eventsMax);
  }

  /** Whether a batch of this size may take another poll. */
  boolean haveRoomBeside(int events, long bytes) {
    return events + pollRecordsMax() <= eventsMax && bytes < bytesMax;
  }
}
