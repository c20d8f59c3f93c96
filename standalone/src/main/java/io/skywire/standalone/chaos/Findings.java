package io.skywire.standalone.chaos;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What has been found so far: the first findings with all that is known, of the rest the number.
 * Any thread may call it.
 */
final class Findings {
  private static final int KEPT_MAX = 20;

  private final List<Finding> kept = new ArrayList<>();
  private final Map<Finding.Kind, Integer> counts = new EnumMap<>(Finding.Kind.class);
  private String activity = "start";

  /** What is done to the world from now on. */
  synchronized void during(String newActivity) {
    activity = newActivity;
  }

  synchronized void add(Finding.Kind kind, String text) {
    counts.merge(kind, 1, Integer::sum);
    if (kept.size() < KEPT_MAX) {
      kept.add(new Finding(kind, text, activity));
    }
  }

  synchronized boolean isEmpty() {
    return counts.isEmpty();
  }

  /** The first ones, in the order in which they were found. */
  synchronized List<Finding> first() {
    return List.copyOf(kept);
  }

  synchronized Map<Finding.Kind, Integer> counts() {
    return Map.copyOf(counts);
  }
}
