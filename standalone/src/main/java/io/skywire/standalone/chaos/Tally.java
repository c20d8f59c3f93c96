package io.skywire.standalone.chaos;

import java.util.Map;
import java.util.TreeMap;

/** What has been done so far, by kind of fault and by victim. Any thread may call it. */
final class Tally {
  private final Map<String, Integer> moved = new TreeMap<>();
  private final Map<String, Integer> faults = new TreeMap<>();
  private final Map<String, Integer> missed = new TreeMap<>();
  private final Map<String, Integer> kills = new TreeMap<>();
  private final Map<String, Integer> helped = new TreeMap<>();

  /** To another release, in good order. */
  synchronized void moved(String victim) {
    moved.merge(victim, 1, Integer::sum);
  }

  synchronized void inflicted(String kind) {
    faults.merge(kind, 1, Integer::sum);
  }

  /** A fault that did not find its place or its victim. */
  synchronized void missed(String kind) {
    missed.merge(kind, 1, Integer::sum);
  }

  synchronized void killed(String victim) {
    kills.merge(victim, 1, Integer::sum);
  }

  /** A server that would not have come back by itself, and was started again. */
  synchronized void helped(String server) {
    helped.merge(server, 1, Integer::sum);
  }

  synchronized Map<String, Integer> moved() {
    return new TreeMap<>(moved);
  }

  synchronized Map<String, Integer> helped() {
    return new TreeMap<>(helped);
  }

  synchronized Map<String, Integer> faults() {
    return new TreeMap<>(faults);
  }

  synchronized Map<String, Integer> missed() {
    return new TreeMap<>(missed);
  }

  synchronized int allMissed() {
    return missed.values().stream().mapToInt(Integer::intValue).sum();
  }

  synchronized Map<String, Integer> kills() {
    return new TreeMap<>(kills);
  }
}
