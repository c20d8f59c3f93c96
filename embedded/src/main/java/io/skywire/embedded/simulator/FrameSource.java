package io.skywire.embedded.simulator;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Where the frames come from, in order. Used by one thread. */
sealed interface FrameSource permits FrameGenerator, CapturedFrames {
  /** The next frame, with the time of its envelope; null when there are no more. */
  @Nullable SimulatedEvent next(Instant time);

  /** Moves on so that {@code ordinal} frames count as made. Called before the first frame. */
  void startAfter(long ordinal);
}
