package io.skywire.standalone.command;

import io.skywire.common.lifecycle.StopSignals;
import io.skywire.embedded.TemporaryFolder;
import io.skywire.standalone.chaos.ChaosRun;
import io.skywire.standalone.chaos.ChaosSettings;
import io.skywire.standalone.chaos.Verdict;
import io.skywire.standalone.up.Screen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Kills, stops and cuts off everything, and checks that nothing is lost, repeated or misordered.
 */
@Command(
    name = "chaos",
    description = {
      "Runs everything, kills and cuts off one after another, and checks every event.",
      "Each is a process of its own, with two ingesters and two sinks. Every event is looked for at",
      "the topic, in the table, by a reader and on a stream."
    })
public final class ChaosCommand implements Callable<Integer> {
  private static final int ROUNDS_MAX = 1_000_000;
  private static final int RATE_MAX = 5_000;
  private static final int PATIENCE_MAX = 3_600;
  private static final int SEEDS = 1_000_000;
  private static final Path RELEASED = Path.of("lib", "skywire-standalone.jar");

  @Spec private CommandSpec spec;

  @Option(names = "--rounds", paramLabel = "N", description = "Rounds of faults (20).")
  private int rounds = 20;

  @Option(names = "--seed", paramLabel = "S", description = "Seed of the faults (a random one).")
  private @Nullable Long seed;

  @Option(names = "--rate", paramLabel = "R", description = "Events a second (200).")
  private int rate = ChaosSettings.RATE;

  @Option(names = "--brokers", paramLabel = "1|3", description = "Brokers of Kafka (1).")
  private int brokers = 1;

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      description = "How long recovery may take (30); more on a busy machine.")
  private int patience = (int) ChaosSettings.PATIENCE.toSeconds();

  @Option(
      names = "--beside",
      paramLabel = "RELEASE",
      description = {
        "The folder of another release, unpacked: the processes are upgraded from it to this one,",
        "one by one, and taken back; in the rounds each is started by both in turn."
      })
  private @Nullable Path beside;

  @Option(names = "--keep", description = "Keeps the folder with data and logs.")
  private boolean keep;

  @Override
  public Integer call() throws IOException, InterruptedException {
    require(rounds >= 1 && rounds <= ROUNDS_MAX, "--rounds", rounds, "1 to " + ROUNDS_MAX);
    require(rate >= 1 && rate <= RATE_MAX, "--rate", rate, "1 to " + RATE_MAX);
    require(brokers == 1 || brokers == 3, "--brokers", brokers, "1 or 3");
    require(
        patience >= 1 && patience <= PATIENCE_MAX, "--patience", patience, "1 to " + PATIENCE_MAX);
    if (beside != null && !Files.exists(beside.resolve(RELEASED))) {
      throw new ParameterException(
          spec.commandLine(),
          "--beside is '%s'; expected a folder with %s".formatted(beside, RELEASED));
    }
    long chosen = seed == null ? ThreadLocalRandom.current().nextLong(SEEDS) : seed;
    Screen screen = Screen.ofSystem();
    StopSignals signals =
        StopSignals.install(() -> screen.line("stopping after this round (again: at once) ..."));
    Path folder = TemporaryFolder.create("skywire-chaos-");
    Logs.toFile(folder.resolve("chaos.log"));
    screen.line("seed " + chosen + ", logs in " + folder);
    ChaosSettings settings =
        new ChaosSettings(rounds, chosen, rate, brokers, Duration.ofSeconds(patience), beside);
    Verdict verdict = new ChaosRun(settings, folder, screen, signals::isAsked).run();
    screen.line("");
    verdict.lines().forEach(screen::line);
    boolean whole = verdict.rounds() == rounds;
    if (verdict.held() && whole && !keep) {
      TemporaryFolder.delete(folder);
    } else {
      screen.line("");
      screen.line("data and logs are kept in " + folder);
    }
    return verdict.held() && whole ? 0 : 1;
  }

  private void require(boolean holds, String option, int value, String expected) {
    if (!holds) {
      throw new ParameterException(
          spec.commandLine(), option + " is '" + value + "'; expected " + expected);
    }
  }
}
