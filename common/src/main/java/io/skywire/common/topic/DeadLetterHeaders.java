package io.skywire.common.topic;

/** Headers of the records in {@link Topics#DEAD_LETTERS}; values are UTF-8 text. */
public final class DeadLetterHeaders {
  /** A short name that is also the metric's label. */
  public static final String REASON = "reason";

  /** What was wrong and where, in words. */
  public static final String DETAIL = "detail";

  /** The relay's host. */
  public static final String RELAY = "relay";

  /** Who refused it: {@code decode} (value: the frame) or {@code store} (value: the record). */
  public static final String STAGE = "stage";

  private DeadLetterHeaders() {}
}
