package io.skywire.common.topic;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts the ops of one commit by action and collection. A hostile commit may have thousands of
 * collections: beyond {@link #PAIRS_MAX} pairs, new ones count as of the collection {@link
 * OpCount#OTHER}, so that no op is left out and the header stays short. One thread.
 */
public final class OpTally {
  /** The header has 34 kB at most, which is half of what the sink takes. */
  static final int PAIRS_MAX = 100;

  private final Map<String, Integer> counts = new LinkedHashMap<>();

  /**
   * @param action as the op has it
   * @param collection a valid NSID, null when the op has none
   */
  public void add(String action, @Nullable String collection, int ops) {
    String known = OpCount.known(action);
    String pair = pair(known, collection == null ? OpCount.OTHER : collection);
    if (counts.size() >= PAIRS_MAX && !counts.containsKey(pair)) {
      pair = pair(known, OpCount.OTHER);
    }
    counts.merge(pair, ops, Integer::sum);
  }

  /** The header's entry of a single op. */
  public static String pair(String action, String collection) {
    return action + " " + collection;
  }

  /** As {@link EventHeaders#OPS} has it, in the order in which the pairs first came. */
  public String header() {
    StringBuilder header = new StringBuilder();
    counts.forEach((pair, count) -> {
      header.append(header.isEmpty() ? "" : ",").append(pair);
      if (count > 1) {
        header.append(' ').append(count);
      }
    });
    return header.toString();
  }

  public List<OpCount> counts() {
    List<OpCount> entries = new ArrayList<>();
    counts.forEach((pair, count) -> {
      int space = pair.indexOf(' ');
      entries.add(new OpCount(pair.substring(0, space), pair.substring(space + 1), count));
    });
    return entries;
  }
}
