package io.skywire.standalone.chaos;

import io.skywire.embedded.simulator.LedgerEntry;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The collections beyond each event's first that have no row yet: each must get one. Guarded by its
 * {@link Audit}.
 */
final class FurtherCollections {
  private final TreeMap<Long, Set<String>> awaited = new TreeMap<>();
  private long expected;

  void expect(LedgerEntry entry) {
    if (entry.collections().size() > 1) {
      List<String> further = entry.collections().subList(1, entry.collections().size());
      awaited.put(entry.seq(), new HashSet<>(further));
      expected += further.size();
    }
  }

  /** Whether it was awaited. */
  boolean arrive(long seq, String collection) {
    Set<String> ofEvent = awaited.get(seq);
    return ofEvent != null && ofEvent.remove(collection);
  }

  /** Awaits nothing at or below a seq any more; answers what should have come and has not. */
  Map<Long, Set<String>> forget(long seq) {
    Map<Long, Set<String>> below = awaited.headMap(seq, true);
    Map<Long, Set<String>> overdue = new TreeMap<>(below);
    below.clear();
    overdue.values().removeIf(Set::isEmpty);
    return overdue;
  }

  /** How many there are of all events that are known. */
  long expected() {
    return expected;
  }
}
