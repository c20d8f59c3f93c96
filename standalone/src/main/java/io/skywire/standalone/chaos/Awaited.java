package io.skywire.standalone.chaos;

import io.skywire.embedded.simulator.LedgerEntry;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The events that have not yet come by at one place: each must, once, unchanged. What has come by
 * is forgotten, so that it holds no more than that place is behind. Guarded by its {@link Audit}.
 */
final class Awaited {
  /** What an arrival was. */
  enum Arrival {
    EXPECTED,
    CHANGED,
    /** Not the first, or never emitted. */
    REPEATED
  }

  private final TreeMap<Long, String> hashes = new TreeMap<>();

  void expect(LedgerEntry entry) {
    hashes.put(entry.seq(), entry.hash());
  }

  Arrival arrive(long seq, String hash) {
    String expected = hashes.remove(seq);
    if (expected == null) {
      return Arrival.REPEATED;
    }
    return expected.equals(hash) ? Arrival.EXPECTED : Arrival.CHANGED;
  }

  boolean has(long seq) {
    return hashes.containsKey(seq);
  }

  /** Takes out and answers those at or below a seq, all of which should have come. */
  Map<Long, String> overdue(long seq) {
    Map<Long, String> due = hashes.headMap(seq, true);
    if (due.isEmpty()) {
      return Map.of();
    }
    Map<Long, String> overdue = new HashMap<>(due);
    due.clear();
    return overdue;
  }
}
