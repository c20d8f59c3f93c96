package io.skywire.benchmarks.decode;

import io.skywire.benchmarks.Contender;
import io.skywire.benchmarks.Metric;
import io.skywire.benchmarks.NodePeers;
import io.skywire.benchmarks.Packages;
import io.skywire.benchmarks.Stage;
import io.skywire.benchmarks.Workbench;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * The contest of the two decoding stages: ours and SHA-256 by JMH in a JVM of their own, those on
 * Node in a process of their own, all over the same file of frames, on one thread, warmed up.
 */
final class DecodeRuns implements Stage.Contest {
  static final Packages PEERS = Packages.npm("decode");

  private static final Metric SPEED = Metric.higher("", "frames/s");
  private static final Duration PEER_MAX = Duration.ofMinutes(2);

  private final Workbench workbench;
  private final Path frames;
  private final int records;
  private final List<Contender> contenders = new ArrayList<>();

  DecodeRuns(Workbench workbench) throws IOException {
    this.workbench = workbench;
    Frames.Loaded loaded = Frames.load(workbench);
    this.frames = workbench.newFolder("decode").resolve("frames.bin");
    this.records = Frames.records(loaded.frames());
    Frames.write(loaded.frames(), frames);
    workbench.screen().line("  " + loaded.described());
  }

  DecodeRuns skywire(String name, String benchmark) {
    contenders.add(Contender.skywire(name, () -> jmh(benchmark)));
    return this;
  }

  DecodeRuns limit(String name, String benchmark) {
    contenders.add(Contender.limit(name, () -> jmh(benchmark)));
    return this;
  }

  DecodeRuns inGo(String name) {
    contenders.add(Contender.inGo(name));
    return this;
  }

  /**
   * @param variants their names in {@code decode.mjs}, by those in the table
   */
  DecodeRuns onNode(Map<String, String> variants) {
    try {
      NodePeers peers = NodePeers.of(workbench, PEERS);
      variants.forEach(
          (name, variant) -> contenders.add(Contender.peer(name, () -> node(peers, variant))));
    } catch (IOException notToBeHad) {
      variants.keySet().stream()
          .sorted()
          .forEach(name ->
              contenders.add(
                  Contender.absent(
                      name, Contender.Role.PEER, String.valueOf(notToBeHad.getMessage()))));
    }
    return this;
  }

  @Override
  public List<Contender> contenders() {
    return contenders;
  }

  @Override
  public void close() {}

  private Map<Metric, Double> jmh(String benchmark) throws RunnerException {
    TimeValue time = TimeValue.milliseconds(workbench.size(2_000, 200));
    RunResult result =
        new Runner(
                new OptionsBuilder()
                    .include(DecodeBenchmark.class.getName() + "\\." + benchmark + "$")
                    .forks(1)
                    .threads(1)
                    .warmupIterations(workbench.size(3, 1))
                    .warmupTime(time)
                    .measurementIterations(workbench.size(3, 1))
                    .measurementTime(time)
                    .jvmArgs(
                        workbench
                            .jvm(
                                "-Xmx256m",
                                "-XX:+UseSerialGC",
                                "-XX:+UseCompactObjectHeaders",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-D" + DecodeBenchmark.FRAMES + "=" + frames)
                            .toArray(String[]::new))
                    .verbosity(VerboseMode.SILENT)
                    .shouldFailOnError(true)
                    .build())
            .runSingle();
    return Map.of(SPEED, result.getPrimaryResult().getScore());
  }

  private Map<Metric, Double> node(NodePeers peers, String variant) throws IOException {
    String milliseconds = Integer.toString(workbench.size(6_000, 300));
    String printed =
        peers.run(
            "decode.mjs",
            List.of(frames.toString(), variant, milliseconds, Integer.toString(records)),
            workbench.newFolder("node").resolve("decode.log"),
            PEER_MAX);
    return Map.of(SPEED, Double.parseDouble(printed));
  }
}
