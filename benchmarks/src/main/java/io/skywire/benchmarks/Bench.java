package io.skywire.benchmarks;

import io.skywire.benchmarks.api.GrowthStage;
import io.skywire.benchmarks.api.PagesStage;
import io.skywire.benchmarks.api.StreamStage;
import io.skywire.benchmarks.api.TailStage;
import io.skywire.benchmarks.decode.DecodeStage;
import io.skywire.benchmarks.decode.VerifiedDecodeStage;
import io.skywire.benchmarks.pipeline.IngesterStage;
import io.skywire.benchmarks.pipeline.LatencyStage;
import io.skywire.benchmarks.pipeline.MemoryStage;
import io.skywire.benchmarks.pipeline.PipelineStage;
import io.skywire.benchmarks.pipeline.StartStage;
import io.skywire.benchmarks.sink.DiskStage;
import io.skywire.benchmarks.sink.SinkStage;
import io.skywire.embedded.TemporaryFolder;
import io.skywire.standalone.command.VersionCommand;
import io.skywire.standalone.up.Screen;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What {@code ./skywire bench} starts. */
@Command(
    name = "./skywire bench",
    description = "Measures speed and size beside peers and limits, in turn, in the same run.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionCommand.class)
public final class Bench implements Callable<Integer> {
  private static final int ROUNDS_MAX = 1_000;

  /** A new one is one more line here, in the order of the data's way. */
  private static final List<Stage> STAGES =
      List.of(
          new DecodeStage(),
          new VerifiedDecodeStage(),
          new IngesterStage(),
          new SinkStage(),
          new DiskStage(),
          new PipelineStage(),
          new LatencyStage(),
          new MemoryStage(),
          new StartStage(),
          new PagesStage(),
          new TailStage(),
          new StreamStage(),
          new GrowthStage());

  @Spec private CommandSpec spec;

  @Option(
      names = "--quick",
      description = "One round with small inputs, only to see that all of it works.")
  private boolean quick;

  @Option(names = "--stage", paramLabel = "NAME", split = ",", description = "Only these.")
  private @Nullable List<String> names;

  @Option(names = "--rounds", paramLabel = "N", description = "Rounds of each stage (5).")
  private @Nullable Integer rounds;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "Receives tables.md and figures.json (benchmarks/results).")
  private @Nullable Path out;

  public static void main(String[] arguments) {
    System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
    System.setProperty("logback.configurationFile", "logback-quiet.xml");
    System.exit(new CommandLine(new Bench()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    int times = rounds == null ? (quick ? 1 : 5) : rounds;
    if (times < 1 || times > ROUNDS_MAX) {
      throw wrong("--rounds is '%d'; expected 1 to %d".formatted(times, ROUNDS_MAX));
    }
    List<Stage> stages = chosen();
    Path home = Path.of(System.getProperty("skywire.home", "."));
    Path target = out == null ? home.resolve("benchmarks/results") : out;
    Screen screen = Screen.ofSystem();
    Report report = new Report(new VersionCommand().getVersion()[0], Machine.here(), times);
    List<Results> results = new ArrayList<>();
    Preparation peers =
        Preparation.fetch(
            home,
            screen,
            stages.stream().flatMap(stage -> stage.packages().stream()).distinct().toList());
    Path folder = TemporaryFolder.create("skywire-bench-");
    long begun = System.nanoTime();
    try (Shared shared = new Shared(quick)) {
      Workbench workbench = new Workbench(home, folder, quick, screen, peers, shared);
      for (Stage stage : stages) {
        results.add(new Rounds(workbench, times).run(stage));
        // A later one that fails takes nothing of it away.
        report.write(target, results);
      }
    } finally {
      TemporaryFolder.delete(folder);
    }
    screen.line("");
    screen.line(report.markdown(results));
    screen.line(
        "all of it took %d min; written to %s"
            .formatted(Duration.ofNanos(System.nanoTime() - begun).toMinutes(), target));
    return results.stream().anyMatch(Results::lacksSomebody)
        ? CommandLine.ExitCode.SOFTWARE
        : CommandLine.ExitCode.OK;
  }

  private List<Stage> chosen() {
    if (names == null) {
      return STAGES;
    }
    List<String> known = STAGES.stream().map(Stage::name).toList();
    for (String name : names) {
      if (!known.contains(name)) {
        throw wrong(
            "--stage is '%s'; expected some of %s".formatted(name, String.join(",", known)));
      }
    }
    List<String> wanted = names;
    return STAGES.stream().filter(stage -> wanted.contains(stage.name())).toList();
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
