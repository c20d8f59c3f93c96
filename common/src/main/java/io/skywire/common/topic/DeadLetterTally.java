package io.skywire.common.topic;

import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts the dead letters that a process keeps, for what it says of itself. Any thread. */
public final class DeadLetterTally {
  private final InstantSource clock;
  private final Map<String, Long> byReason = new HashMap<>();
  private Instant since;
  private @Nullable Instant lastAt;

  public DeadLetterTally(InstantSource clock) {
    this.clock = clock;
    this.since = clock.instant();
  }

  /**
   * @param reason one of the few names of {@link DeadLetterHeaders#REASON}
   */
  public synchronized void kept(String reason) {
    byReason.merge(reason, 1L, Long::sum);
    lastAt = clock.instant();
  }

  /** Forgets what was counted: others may have kept some meanwhile. */
  public synchronized void beginAnew() {
    byReason.clear();
    lastAt = null;
    since = clock.instant();
  }

  public synchronized DeadLetterCounts read() {
    return new DeadLetterCounts(since, lastAt, byReason);
  }
}
