package io.skywire.benchmarks.pipeline;

import io.skywire.benchmarks.LauncherFlags;
import io.skywire.benchmarks.Workbench;
import io.skywire.common.topic.Topics;
import io.skywire.embedded.process.ChildCommand;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Kafka's own tool that sends as fast as it can, with the ingester's settings of a producer. */
final class ProducerPerformance {
  /** Its last line is about what came after its warm-up. */
  private static final Pattern STEADY =
      Pattern.compile("steady state records sent, ([0-9.]+) records/sec");

  private ProducerPerformance() {}

  static ChildCommand command(
      Workbench workbench, String jars, World world, Path values, int records) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(workbench.jvm(LauncherFlags.INGESTER_AND_SINK));
    words.addAll(List.of("-cp", jars, "org.apache.kafka.tools.ProducerPerformance"));
    words.addAll(List.of("--topic", Topics.EVENTS, "--payload-file", values.toString()));
    words.addAll(List.of("--num-records", Integer.toString(records), "--throughput", "-1"));
    words.addAll(List.of("--warmup-records", Integer.toString(records / AfterWarmUp.PARTS)));
    words.add("--command-property");
    TransactionProducer.settings(world.kafka())
        .forEach((name, value) -> words.add(name + "=" + value));
    return new ChildCommand(
        "ProducerPerformance", words, Map.of(), world.folder().resolve("performance.log"));
  }

  static double recordsPerSecond(String printed) {
    Matcher steady = STEADY.matcher(printed);
    if (!steady.find()) {
      throw new IllegalStateException("ProducerPerformance tells no speed: " + printed.strip());
    }
    return Double.parseDouble(steady.group(1));
  }
}
