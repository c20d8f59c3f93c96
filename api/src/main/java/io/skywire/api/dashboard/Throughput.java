package io.skywire.api.dashboard;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How many events a second have become readable lately, by type. It is told the watermark and what
 * has become readable since the one before, and forgets after {@link #WINDOW}. Pure; one thread.
 */
final class Throughput {
  /** Types in an answer; those of which there is least are one more. */
  static final int TYPES_MAX = 6;

  static final String OTHERS = "others";

  private static final Duration WINDOW = Duration.ofSeconds(10);

  private final Deque<Step> steps = new ArrayDeque<>();
  private @Nullable Mark last;

  /** A watermark and when it stood. */
  record Mark(long watermark, Instant at) {}

  /**
   * @param seconds that it was counted for
   * @param total events a second
   * @param byType the same by type, the most first
   * @param estimated whether there were too many to count each of them
   */
  record Rates(double seconds, double total, Map<String, Double> byType, boolean estimated) {}

  private record Step(Instant to, double seconds, Map<String, Long> events, boolean estimated) {}

  /** From where to count next; null when nothing is known, or what is known is old. */
  @Nullable Mark mark(@Nullable Long watermark, Instant now) {
    Mark mark = last;
    if (mark == null
        || watermark == null
        || watermark < mark.watermark()
        || mark.at().plus(WINDOW).isBefore(now)) {
      steps.clear();
      last = watermark == null ? null : new Mark(watermark, now);
      return null;
    }
    return mark;
  }

  /**
   * @param events that have become readable since the mark, by type
   * @param estimated whether they were not all counted
   */
  void add(Mark now, Map<String, Long> events, boolean estimated) {
    Mark before = last;
    last = now;
    if (before != null) {
      double seconds = Duration.between(before.at(), now.at()).toNanos() / 1e9;
      steps.addLast(new Step(now.at(), seconds, Map.copyOf(events), estimated));
      while (steps.getFirst().to().plus(WINDOW).isBefore(now.at())) {
        steps.removeFirst();
      }
    }
  }

  /** Null until something was counted. */
  @Nullable Rates rates() {
    double seconds = steps.stream().mapToDouble(Step::seconds).sum();
    if (seconds <= 0) {
      return null;
    }
    Map<String, Long> sums = new TreeMap<>();
    steps.forEach(
        step -> step.events().forEach((type, events) -> sums.merge(type, events, Long::sum)));
    Map<String, Double> byType = new LinkedHashMap<>();
    for (Map.Entry<String, Long> sum : most(sums, TYPES_MAX, OTHERS).entrySet()) {
      byType.put(sum.getKey(), sum.getValue() / seconds);
    }
    return new Rates(
        seconds, sum(sums.values()) / seconds, byType, steps.stream().anyMatch(Step::estimated));
  }

  /** The largest, in that order, and the sum of the rest. */
  static Map<String, Long> most(Map<String, Long> sums, int max, String others) {
    List<Map.Entry<String, Long>> sorted =
        sums.entrySet().stream()
            .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
            .toList();
    Map<String, Long> most = new LinkedHashMap<>();
    for (int i = 0; i < sorted.size(); i++) {
      most.merge(i < max ? sorted.get(i).getKey() : others, sorted.get(i).getValue(), Long::sum);
    }
    return most;
  }

  private static double sum(Collection<Long> values) {
    return values.stream().mapToLong(Long::longValue).sum();
  }
}
