package io.skywire.common.topic;

/**
 * Headers of the records in {@link Topics#DEAD_LETTERS}; values are UTF-8 text. The timestamp of a
 * letter is what its event's {@code indexed_at} is or would be.
 */
public final class DeadLetterHeaders {
  /** A short name that is also the metric's label. */
  public static final String REASON = "reason";

  /** What was wrong and where, in words. */
  public static final String DETAIL = "detail";

  /** The relay's host. */
  public static final String RELAY = "relay";

  /** Who refused it: {@link #DECODE} or {@link #STORE}. */
  public static final String STAGE = "stage";

  /** The ingester; the letter's value is the frame. */
  public static final String DECODE = "decode";

  /** The sink; key, value and further headers are those of the record. */
  public static final String STORE = "store";

  /** Bytes of a value of which only the beginning is kept, since a letter has no room for it. */
  public static final String CUT_FROM = "cut_from";

  /**
   * On a record that is no letter and has no value: it notes, in the transaction of the replay,
   * that the letter at this {@code partition:offset} has been replayed.
   */
  public static final String REPLAYED = "replayed";

  private DeadLetterHeaders() {}
}
