package io.skywire.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** What was found: tables for people, and every single figure for whoever wants to reckon. */
final class Report {
  private final String version;
  private final Machine machine;
  private final int rounds;

  /**
   * @param version of what is measured, with its commit
   */
  Report(String version, Machine machine, int rounds) {
    this.version = version;
    this.machine = machine;
    this.rounds = rounds;
  }

  /** A table a stage, in Markdown. */
  String markdown(List<Results> stages) {
    StringBuilder text = new StringBuilder();
    text.append(version)
        .append(". ")
        .append(machine.sentence())
        .append(" Medians of ")
        .append(rounds)
        .append(" rounds, with the smallest and the largest.\n");
    stages.forEach(results -> append(text, results));
    return text.toString();
  }

  /** Writes {@code tables.md} and {@code figures.json}. */
  void write(Path folder, List<Results> stages) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("tables.md"), markdown(stages));
    Map<String, Object> raw = new LinkedHashMap<>();
    raw.put("version", version);
    raw.put("machine", machine);
    raw.put("rounds", rounds);
    raw.put("stages", stages.stream().map(Report::raw).toList());
    JsonMapper.builder()
        .build()
        .writerWithDefaultPrettyPrinter()
        .writeValue(folder.resolve("figures.json"), raw);
  }

  private static void append(StringBuilder text, Results results) {
    Stage stage = results.stage();
    text.append("\n### ").append(stage.name()).append("\n\n").append(stage.measures());
    text.append(" Aim: ").append(stage.aim()).append("\n\n");
    text.append("| | | median | from | to | Skywire is |\n|---|---|---:|---:|---:|---:|\n");
    for (Metric metric : results.metrics()) {
      for (Contender contender : results.contenders()) {
        List<Double> figures = results.figures(contender, metric);
        if (!figures.isEmpty()) {
          append(text, results, metric, contender, figures);
        }
      }
    }
    for (Contender contender : results.contenders()) {
      if (contender.absence() != null) {
        text.append("\n%s is left out: %s\n".formatted(contender.name(), contender.absence()));
      }
      results
          .failures(contender)
          .forEach(why -> text.append("\n%s has failed: %s\n".formatted(contender.name(), why)));
    }
  }

  private static void append(
      StringBuilder text,
      Results results,
      Metric metric,
      Contender contender,
      List<Double> figures) {
    double median = Results.median(figures);
    text.append("| ").append(contender.name());
    text.append(" | ").append((metric.name() + " " + metric.unit()).strip());
    text.append(" | ").append(Figures.text(median));
    text.append(" | ").append(Figures.text(figures.stream().min(Double::compare).orElseThrow()));
    text.append(" | ").append(Figures.text(figures.stream().max(Double::compare).orElseThrow()));
    text.append(" | ").append(ratio(results, metric, contender, median)).append(" |\n");
  }

  private static String ratio(Results results, Metric metric, Contender contender, double theirs) {
    Contender skywire = results.skywire();
    boolean ours = contender.role() == Contender.Role.SKYWIRE;
    if (skywire == null || skywire.equals(contender) || (ours && !results.stage().comparesOurs())) {
      return "";
    }
    List<Double> first = results.figures(skywire, metric);
    return first.isEmpty() ? "" : "%.2f x".formatted(metric.ratio(Results.median(first), theirs));
  }

  private static Map<String, Object> raw(Results results) {
    List<Map<String, Object>> contenders = new ArrayList<>();
    for (Contender contender : results.contenders()) {
      Map<String, Object> figures = new LinkedHashMap<>();
      for (Metric metric : results.metrics()) {
        if (!results.figures(contender, metric).isEmpty()) {
          figures.put(
              (metric.name() + " " + metric.unit()).strip(), results.figures(contender, metric));
        }
      }
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", contender.name());
      one.put("role", contender.role());
      one.put("figures", figures);
      if (contender.absence() != null) {
        one.put("absence", contender.absence());
      }
      if (!results.failures(contender).isEmpty()) {
        one.put("failures", results.failures(contender));
      }
      contenders.add(one);
    }
    Map<String, Object> stage = new LinkedHashMap<>();
    stage.put("name", results.stage().name());
    stage.put("seconds", results.seconds());
    stage.put("contenders", contenders);
    return stage;
  }
}
