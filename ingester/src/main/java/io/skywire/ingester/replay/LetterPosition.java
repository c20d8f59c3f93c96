package io.skywire.ingester.replay;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which dead letter: its place in the topic, written {@code partition:offset}. */
public record LetterPosition(int partition, long offset) implements Comparable<LetterPosition> {
  private static final Pattern TEXT = Pattern.compile("([0-9]{1,9}):([0-9]{1,18})");
  private static final Comparator<LetterPosition> ORDER =
      Comparator.comparingInt(LetterPosition::partition).thenComparingLong(LetterPosition::offset);

  /** The position, or null for a text that is none. */
  public static @Nullable LetterPosition of(String text) {
    Matcher parts = TEXT.matcher(text);
    return parts.matches()
        ? new LetterPosition(Integer.parseInt(parts.group(1)), Long.parseLong(parts.group(2)))
        : null;
  }

  @Override
  public int compareTo(LetterPosition other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return partition + ":" + offset;
  }
}
