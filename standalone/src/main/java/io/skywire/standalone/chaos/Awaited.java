package io.skywire.standalone.chaos;

import io.skywire.embedded.simulator.LedgerEntry;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The events that have not yet come by at one place: each must, once, unchanged. What has come by
 * is forgotten, so that it holds no more than that place is behind. Guarded by its {@link Audit}.
 *
 * @param <T> what is compared there
 */
final class Awaited<T> {
  /** What an arrival was. */
  enum Arrival {
    EXPECTED,
    CHANGED,
    /** Not the first, or never emitted. */
    REPEATED
  }

  private final Function<LedgerEntry, T> looksLike;
  private final TreeMap<Long, T> awaited = new TreeMap<>();

  /**
   * @param looksLike what an emitted event is to be at this place
   */
  Awaited(Function<LedgerEntry, T> looksLike) {
    this.looksLike = looksLike;
  }

  void expect(LedgerEntry entry) {
    awaited.put(entry.seq(), looksLike.apply(entry));
  }

  Arrival arrive(long seq, T seen) {
    T expected = awaited.remove(seq);
    if (expected == null) {
      return Arrival.REPEATED;
    }
    return expected.equals(seen) ? Arrival.EXPECTED : Arrival.CHANGED;
  }

  boolean has(long seq) {
    return awaited.containsKey(seq);
  }

  /** Whether all at or below a seq have come. */
  boolean isDone(long seq) {
    return awaited.isEmpty() || awaited.firstKey() > seq;
  }

  /** Those at or below a seq, all of which should have come. */
  List<Long> overdue(long seq) {
    return List.copyOf(awaited.headMap(seq, true).keySet());
  }

  /** Awaits nothing at or below a seq any more. */
  void forget(long seq) {
    awaited.headMap(seq, true).clear();
  }
}
