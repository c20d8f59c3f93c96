package io.skywire.benchmarks;

import java.util.Locale;

/** Numbers as people read them. */
final class Figures {
  private Figures() {}

  static String text(double figure, Metric metric) {
    String name = metric.name().isEmpty() ? "" : metric.name() + " ";
    return name + text(figure) + " " + metric.unit();
  }

  /** Three digits at least, and no more than the number is worth. */
  static String text(double figure) {
    double size = Math.abs(figure);
    String format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, figure);
  }
}
