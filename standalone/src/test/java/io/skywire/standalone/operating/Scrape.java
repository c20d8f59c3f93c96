package io.skywire.standalone.operating;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What Prometheus reads from a page of metrics: names, and of each metric type, labels and help.
 *
 * @param text the page
 */
record Scrape(String text) {
  private static final Pattern HELP = Pattern.compile("(?m)^# HELP (\\S+) (.*)$");
  private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (\\S+) (\\S+)$");
  private static final Pattern SAMPLE =
      Pattern.compile("(?m)^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? \\S+$");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  /** Labels whose few values are part of what is promised. */
  private static final Set<String> ENUMERATED = Set.of("reason", "type");

  /** As queries name them: those of a histogram with its suffixes. */
  Set<String> samples() {
    return SAMPLE.matcher(text).results().map(line -> line.group(1)).collect(sorted());
  }

  Set<String> values(String label) {
    return labels()
        .filter(found -> found.group(1).equals(label))
        .map(f -> f.group(2))
        .collect(sorted());
  }

  /**
   * A line of a table for each metric of Skywire's own. That a histogram has a gauge of its maximum
   * beside it is left out.
   */
  Set<String> table() {
    Map<String, String> helps = new TreeMap<>();
    HELP.matcher(text).results().forEach(line -> helps.put(line.group(1), line.group(2)));
    return TYPE.matcher(text)
        .results()
        .filter(line -> line.group(1).startsWith("skywire_") && !line.group(1).endsWith("_max"))
        .map(line ->
            "| `%s` | %s | %s | %s |"
                .formatted(
                    line.group(1),
                    line.group(2),
                    labelsOf(line.group(1)),
                    helps.get(line.group(1))))
        .collect(sorted());
  }

  private String labelsOf(String metric) {
    Map<String, Set<String>> labels = new TreeMap<>();
    Pattern ofMetric = Pattern.compile("^" + metric + "(_count|_sum)?$");
    SAMPLE
        .matcher(text)
        .results()
        .filter(line -> ofMetric.matcher(line.group(1)).matches() && line.group(2) != null)
        .flatMap(line -> LABEL.matcher(line.group(2)).results())
        .forEach(label ->
            labels.computeIfAbsent(label.group(1), any -> new TreeSet<>()).add(label.group(2)));
    return labels.entrySet().stream()
        .map(label ->
            "`"
                + label.getKey()
                + "`"
                + (ENUMERATED.contains(label.getKey())
                    ? ": " + String.join(", ", label.getValue())
                    : ""))
        .collect(Collectors.joining("; "));
  }

  private Stream<MatchResult> labels() {
    return SAMPLE
        .matcher(text)
        .results()
        .filter(line -> line.group(2) != null)
        .flatMap(line -> LABEL.matcher(line.group(2)).results());
  }

  private static Collector<String, ?, Set<String>> sorted() {
    return Collectors.toCollection(TreeSet::new);
  }
}
