package io.skywire.common.topic;

import org.jspecify.annotations.Nullable;

/**
 * What a replayed dead letter's event is to those who have read the topic before it: the value of
 * the header {@link EventHeaders#REPLAY}.
 */
public enum Replay {
  /** No event of this seq was in the topic: its frame could not be decoded then. */
  NEW("new"),
  /** It takes the place of the event of this seq, which had ops that could not be decoded then. */
  REPLACES("replaces"),
  /** The topic has had it; the table has not, since PostgreSQL refused it then. */
  REPEATS("repeats");

  private final String label;

  Replay(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }

  public static @Nullable Replay of(String label) {
    for (Replay replay : values()) {
      if (replay.label.equals(label)) {
        return replay;
      }
    }
    return null;
  }
}
