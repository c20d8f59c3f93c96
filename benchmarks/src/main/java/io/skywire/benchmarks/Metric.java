package io.skywire.benchmarks;

/**
 * What one run of a contender yields a number of.
 *
 * @param name within its stage
 * @param unit of the number
 * @param better which numbers win
 */
public record Metric(String name, String unit, Better better) {
  /** Whether a large number is good. */
  public enum Better {
    HIGHER,
    LOWER
  }

  public static Metric higher(String name, String unit) {
    return new Metric(name, unit, Better.HIGHER);
  }

  public static Metric lower(String name, String unit) {
    return new Metric(name, unit, Better.LOWER);
  }

  /** How many times as good ours is as theirs. */
  double ratio(double ours, double theirs) {
    return better == Better.HIGHER ? ours / theirs : theirs / ours;
  }
}
