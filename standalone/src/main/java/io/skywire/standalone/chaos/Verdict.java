package io.skywire.standalone.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How a run ended.
 *
 * @param rounds that were played
 * @param events that the relay emitted
 * @param deadLetters that hostile frames of the relay's became, each once
 * @param moved processes, each time they were started by the other release before the first round
 * @param helped servers that had to be started again by hand, see {@link Broker}
 * @param standstill the longest time in which the reader got nothing new
 * @param recovery the longest time from the end of a round's faults until the reader had what the
 *     relay had emitted by then
 * @param findings the first of what was not as promised; none when all held
 */
public record Verdict(
    ChaosSettings settings,
    int rounds,
    Duration time,
    long events,
    long deadLetters,
    Map<String, Integer> moved,
    Map<String, Integer> faults,
    Map<String, Integer> missed,
    Map<String, Integer> kills,
    Map<String, Integer> helped,
    Map<Finding.Kind, Integer> counts,
    Duration standstill,
    Duration recovery,
    List<Finding> findings) {
  private static final int FINDINGS_SHOWN = 5;

  public boolean held() {
    return findings.isEmpty();
  }

  /** For people: the table, and below it what went wrong. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    row(lines, "seed", Long.toString(settings.seed()));
    row(lines, "rounds", rounds + " of " + settings.rounds());
    row(lines, "time", seconds(time));
    row(lines, "events", "%,d at %d a second".formatted(events, settings.rate()));
    row(lines, "dead letters", "%,d, one for each hostile frame".formatted(deadLetters));
    row(lines, "brokers", Integer.toString(settings.brokers()));
    if (settings.beside() != null) {
      row(lines, "in turn with", settings.beside().toString());
      row(lines, "moved one by one", total(moved));
    }
    row(lines, "faults", total(faults));
    row(lines, "  found nobody", total(missed));
    row(lines, "kills", total(kills));
    row(lines, "started by hand", total(helped));
    row(lines, "lost", count(Finding.Kind.LOST, Finding.Kind.GAP));
    row(lines, "repeated", count(Finding.Kind.REPEATED));
    row(lines, "out of order", count(Finding.Kind.MISORDERED));
    row(lines, "changed or refused", count(Finding.Kind.CHANGED, Finding.Kind.REFUSED));
    row(
        lines,
        "watermark broken",
        count(Finding.Kind.ABOVE_WATERMARK, Finding.Kind.WATERMARK_FELL));
    row(lines, "day half dropped", count(Finding.Kind.HALF_DROPPED));
    row(
        lines,
        "stuck or ended",
        count(Finding.Kind.STUCK, Finding.Kind.ENDED, Finding.Kind.WITNESS));
    row(lines, "longest recovery", seconds(recovery));
    row(lines, "longest standstill", seconds(standstill));
    findings.stream().limit(FINDINGS_SHOWN).forEach(finding -> lines.addAll(told(finding)));
    return lines;
  }

  private static List<String> told(Finding finding) {
    return ("\n" + finding).lines().toList();
  }

  private String count(Finding.Kind... kinds) {
    int sum = 0;
    for (Finding.Kind kind : kinds) {
      sum += counts.getOrDefault(kind, 0);
    }
    return Integer.toString(sum);
  }

  private static String total(Map<String, Integer> counts) {
    int sum = counts.values().stream().mapToInt(Integer::intValue).sum();
    return counts.isEmpty()
        ? "0"
        : counts.entrySet().stream()
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .collect(Collectors.joining(", ", sum + ": ", ""));
  }

  private static String seconds(Duration duration) {
    return "%.1f s".formatted(duration.toMillis() / 1000.0);
  }

  private static void row(List<String> lines, String name, String value) {
    lines.add("%-20s %s".formatted(name, value));
  }
}
