package io.skywire.ingester.publish;

import org.jspecify.annotations.Nullable;

/**
 * A frame that could not become an event, or did so only in part.
 *
 * @param seq null when it could not be read
 * @param frame the frame's bytes as they came
 * @param reason short name, also the metric's label
 * @param detail what was wrong and where
 */
public record DeadLetter(@Nullable Long seq, byte[] frame, String reason, String detail) {
  /** The reason of a frame that became an event with marked ops. */
  public static final String FLAWED_OP = "flawed_op";

  /** The reason of a frame whose seq is below one that came before it in the session. */
  public static final String SEQ_WENT_BACK = "seq_went_back";
}
