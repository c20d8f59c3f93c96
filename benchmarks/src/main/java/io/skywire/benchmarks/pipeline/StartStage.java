package io.skywire.benchmarks.pipeline;

import io.skywire.benchmarks.Contender;
import io.skywire.benchmarks.Metric;
import io.skywire.benchmarks.Stage;
import io.skywire.benchmarks.Workbench;
import io.skywire.embedded.process.ChildCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A new user's wait. */
public final class StartStage implements Stage {
  @Override
  public String name() {
    return "start";
  }

  @Override
  public String measures() {
    return "./skywire up --demo, built already, in a new folder, to when its first event is read"
        + " with the token that it prints.";
  }

  @Override
  public String aim() {
    return "Under 10 s.";
  }

  @Override
  public Contest prepare(Workbench workbench) throws IOException {
    workbench.screen().line("  building what is not built ...");
    Programs.run(
        new ChildCommand(
            "./skywire version",
            List.of(workbench.home().resolve("skywire").toString(), "version"),
            UpProcess.environment(),
            workbench.newFolder("build").resolve("build.log")),
        Duration.ofMinutes(15));
    return new Runs(workbench);
  }

  private static final class Runs implements Contest {
    private static final Metric TIME = Metric.lower("", "s");
    private static final double NANOS_A_SECOND = 1e9;

    private final Workbench workbench;
    private final List<Contender> contenders;

    Runs(Workbench workbench) {
      this.workbench = workbench;
      this.contenders = List.of(Contender.skywire("./skywire up --demo", this::once));
    }

    @Override
    public List<Contender> contenders() {
      return contenders;
    }

    @Override
    public void close() {}

    private Map<Metric, Double> once() throws IOException, InterruptedException {
      Path folder = workbench.newFolder("up");
      long begun = System.nanoTime();
      try (UpProcess up = UpProcess.start(workbench.home(), folder)) {
        up.awaitFirstEvent();
        return Map.of(TIME, (System.nanoTime() - begun) / NANOS_A_SECOND);
      }
    }
  }
}
