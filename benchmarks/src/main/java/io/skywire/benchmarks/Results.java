package io.skywire.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All figures of one stage, as they came. One thread. */
public final class Results {
  /** Whoever has failed so often takes no further part. */
  private static final int FAILURES_MAX = 2;

  private final int failuresMax;
  private final Stage stage;
  private final Map<Contender, Map<Metric, List<Double>>> figures = new LinkedHashMap<>();
  private final Map<Contender, List<String>> failures = new LinkedHashMap<>();
  private long seconds;

  /**
   * @param rounds that there are to be
   */
  Results(Stage stage, List<Contender> contenders, int rounds) {
    this.stage = stage;
    // In a single round, the first one.
    this.failuresMax = Math.min(FAILURES_MAX, rounds);
    for (Contender contender : contenders) {
      figures.put(contender, new LinkedHashMap<>());
    }
  }

  Stage stage() {
    return stage;
  }

  List<Contender> contenders() {
    return List.copyOf(figures.keySet());
  }

  /** What the first of ours is compared with. */
  @Nullable Contender skywire() {
    return figures.keySet().stream()
        .filter(contender -> contender.role() == Contender.Role.SKYWIRE)
        .findFirst()
        .orElse(null);
  }

  void add(Contender contender, Map<Metric, Double> once) {
    once.forEach((metric, figure) ->
        figuresOf(contender).computeIfAbsent(metric, name -> new ArrayList<>()).add(figure));
  }

  void failed(Contender contender, String why) {
    failures.computeIfAbsent(contender, name -> new ArrayList<>()).add(why);
  }

  /** What a contender has failed for; empty when it has not. */
  List<String> failures(Contender contender) {
    return failures.getOrDefault(contender, List.of());
  }

  boolean takesPart(Contender contender) {
    return failures(contender).size() < failuresMax;
  }

  /** Whether somebody takes no further part. */
  boolean lacksSomebody() {
    return !figures.keySet().stream().allMatch(this::takesPart);
  }

  /** It is over, after so long. */
  void ended(long afterSeconds) {
    seconds = afterSeconds;
  }

  /** What it took, its preparation included. */
  long seconds() {
    return seconds;
  }

  public List<Metric> metrics() {
    return figures.values().stream()
        .flatMap(byMetric -> byMetric.keySet().stream())
        .distinct()
        .toList();
  }

  /** In the order of the rounds; empty when it has none of this. */
  public List<Double> figures(Contender contender, Metric metric) {
    return figuresOf(contender).getOrDefault(metric, List.of());
  }

  public static double median(List<Double> figures) {
    double[] sorted = figures.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    if (sorted.length == 0) {
      throw new IllegalArgumentException("no figures to take a median of");
    }
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1
        ? sorted[middle]
        : Arrays.stream(sorted, middle - 1, middle + 1).average().orElseThrow();
  }

  private Map<Metric, List<Double>> figuresOf(Contender contender) {
    Map<Metric, List<Double>> byMetric = figures.get(contender);
    if (byMetric == null) {
      throw new IllegalArgumentException(contender.name() + " does not take part");
    }
    return byMetric;
  }
}
