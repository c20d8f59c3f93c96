package io.skywire.api.filters;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of one kind that a reader wants or may see: exact ones, and all that begin with a
 * prefix. At least one of them.
 *
 * @param prefixes each with the dot that it ends in
 */
public record Choice(List<String> exact, List<String> prefixes) {
  private static final String WILDCARD = "*";

  public Choice {
    exact = List.copyOf(exact);
    prefixes = List.copyOf(prefixes);
    if (exact.isEmpty() && prefixes.isEmpty()) {
      throw new IllegalArgumentException("a choice of nothing");
    }
  }

  public static Choice of(String value) {
    return new Choice(List.of(value), List.of());
  }

  /**
   * Of values such as {@code app.bsky.feed.post} and {@code app.bsky.feed.*}.
   *
   * @throws IllegalArgumentException when an asterisk stands for anything but the last segments
   */
  public static Choice ofPatterns(Collection<String> patterns) {
    List<String> exact = new ArrayList<>();
    List<String> prefixes = new ArrayList<>();
    for (String pattern : patterns) {
      String start = pattern.substring(0, Math.max(0, pattern.length() - 1));
      if (!pattern.contains(WILDCARD)) {
        exact.add(pattern);
      } else if (start.endsWith(".") && start.length() > 1 && !start.contains(WILDCARD)) {
        prefixes.add(start);
      } else {
        throw new IllegalArgumentException(
            "a * stands for the last segments of a name only, as in app.bsky.feed.*");
      }
    }
    return new Choice(exact, prefixes);
  }

  boolean matches(String value) {
    return exact.contains(value) || prefixes.stream().anyMatch(value::startsWith);
  }

  /** What both let through; null when that is nothing. */
  @Nullable Choice and(Choice other) {
    List<String> both = new ArrayList<>();
    exact.stream().filter(other::matches).forEach(both::add);
    other.exact.stream()
        .filter(value -> matches(value) && !both.contains(value))
        .forEach(both::add);
    List<String> starts = new ArrayList<>();
    prefixes.stream().filter(other::coversPrefix).forEach(starts::add);
    other.prefixes.stream()
        .filter(start -> coversPrefix(start) && !starts.contains(start))
        .forEach(starts::add);
    return both.isEmpty() && starts.isEmpty() ? null : new Choice(both, starts);
  }

  private boolean coversPrefix(String start) {
    return prefixes.stream().anyMatch(start::startsWith);
  }

  /** As {@link #ofPatterns} takes them. */
  public List<String> patterns() {
    List<String> patterns = new ArrayList<>(exact);
    prefixes.forEach(start -> patterns.add(start + WILDCARD));
    return patterns;
  }

  /** False when no stored text can equal a value: PostgreSQL holds, and takes, no U+0000. */
  boolean isStorable() {
    return exact.stream().allMatch(value -> value.indexOf('\0') < 0)
        && prefixes.stream().allMatch(value -> value.indexOf('\0') < 0);
  }

  /** Its only value; null when there is more to it. */
  public @Nullable String single() {
    return prefixes.isEmpty() && exact.size() == 1 ? exact.getFirst() : null;
  }
}
