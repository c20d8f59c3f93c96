package io.skywire.api.dashboard;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The last hour by the table {@code event_stats}, in whole minutes.
 *
 * @param problem why there is nothing to show, in words; null when there is
 * @param from the first minute
 * @param perSecondByType events a second in each minute from then on, by type, the most first; as
 *     many as are known
 * @param collections those with the most ops
 */
record Statistics(
    @Nullable String problem,
    @Nullable Instant from,
    Map<String, List<Double>> perSecondByType,
    List<Collection> collections) {
  /** Ops of the hour. */
  record Collection(String collection, long ops, long creates, long updates, long deletes) {}

  static Statistics none(String problem) {
    return new Statistics(problem, null, Map.of(), List.of());
  }
}
