package io.skywire.standalone.command;

import io.skywire.common.lifecycle.StopSignals;
import io.skywire.common.logging.LogFormat;
import io.skywire.common.settings.Variables;
import io.skywire.embedded.postgres.EmbeddedPostgresServer;
import io.skywire.standalone.folder.DataFolder;
import io.skywire.standalone.folder.FolderLock;
import io.skywire.standalone.up.DemoRelay;
import io.skywire.standalone.up.Screen;
import io.skywire.standalone.up.Up;
import io.skywire.standalone.up.UpSettings;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The whole pipeline in this JVM, until a signal. */
@Command(
    name = "up",
    description = "Runs everything: broker, database and all three processes, until Ctrl-C.")
public final class UpCommand implements Callable<Integer> {
  private static final int RATE_MAX = 100_000;

  @Spec private CommandSpec spec;

  @Option(names = "--demo", description = "Against a simulated relay: no network needed.")
  private boolean demo;

  @Option(names = "--rate", paramLabel = "N", description = "The demo's events a second (50).")
  private @Nullable Integer rate;

  @Option(names = "--seed", paramLabel = "S", description = "Seed of the demo's content (1).")
  private @Nullable Long seed;

  @Option(names = "--fresh", description = "Empties the data folder first.")
  private boolean fresh;

  @Option(
      names = "--until-readable",
      description = "Ends, with status 0, as soon as the API shows an event.")
  private boolean untilReadable;

  @Override
  @SuppressWarnings("try") // the lock is only held
  public Integer call() throws IOException, InterruptedException {
    if (!demo && (rate != null || seed != null)) {
      throw new ParameterException(spec.commandLine(), "--rate and --seed need --demo");
    }
    if (rate != null && (rate < 1 || rate > RATE_MAX)) {
      throw new ParameterException(
          spec.commandLine(), "--rate is '" + rate + "'; expected a number from 1 to " + RATE_MAX);
    }
    Screen screen = Screen.ofSystem();
    StopSignals signals =
        StopSignals.install(() -> {
          screen.endStatus();
          screen.line("stopping (again: at once) ...");
        });
    Variables environment = Variables.ofEnvironment();
    UpSettings settings = UpSettings.from(environment);
    LogFormat logFormat = LogFormat.from(environment);
    DataFolder folder = DataFolder.of(environment);
    folder.claim();
    // First the folder: where both are in use, it is by the same run.
    try (FolderLock lock = FolderLock.take(folder)) {
      settings.requireFreePort();
      // Before anything has asked for a logger.
      Logs.toFile(folder.log(), logFormat);
      if (fresh) {
        EmbeddedPostgresServer.killLeftBehind(folder.postgres());
        folder.clear();
      }
      DemoRelay demoRelay = demo ? new DemoRelay(rate == null ? DemoRelay.RATE : rate, seed) : null;
      return new Up(settings, folder, demoRelay, untilReadable, screen, signals).run();
    }
  }
}
