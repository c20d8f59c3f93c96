package io.skywire.standalone.topic;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What there is for a subscriber to see: an event, or that some are lost. What an event does not
 * have is {@link #NONE}.
 *
 * @param detail of an event that was replayed, how; of a gap, where it ends and why it is there
 */
record Seen(String type, long seq, String repo, String collection, String detail) {
  static final String NONE = "-";

  private static final String GAP = "gap";

  static Seen event(
      String type, long seq, @Nullable String repo, @Nullable String collection, String detail) {
    return new Seen(
        type,
        seq,
        Objects.requireNonNullElse(repo, NONE),
        Objects.requireNonNullElse(collection, NONE),
        detail);
  }

  static Seen gap(long from, long to, String reason) {
    return new Seen(GAP, from, NONE, NONE, to + ", " + reason);
  }

  boolean isGap() {
    return type.equals(GAP);
  }

  /** Whether it is where its repo's order has it. */
  boolean isInOrder() {
    return !isGap() && detail.equals(NONE);
  }
}
