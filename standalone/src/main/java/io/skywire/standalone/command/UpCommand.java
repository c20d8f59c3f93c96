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
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The whole pipeline in this JVM, until a signal. */
@Command(
    name = "up",
    description = "Runs everything: broker, database and all three processes, until Ctrl-C.")
public final class UpCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--demo", description = "Against a simulated relay: no network needed.")
  private boolean demo;

  @Mixin private DemoOptions demoOptions = new DemoOptions();

  @Option(names = "--fresh", description = "Empties the data folder first.")
  private boolean fresh;

  @Option(
      names = "--until-readable",
      description = "Ends, with status 0, as soon as the API shows an event.")
  private boolean untilReadable;

  @Override
  @SuppressWarnings("try") // the lock is only held
  public Integer call() throws IOException, InterruptedException {
    if (!demo && demoOptions.areGiven()) {
      throw new ParameterException(spec.commandLine(), "--rate and --seed need --demo");
    }
    DemoRelay demoRelay = demo ? demoOptions.relay() : null;
    Variables environment = Variables.ofEnvironment();
    LogFormat logFormat = LogFormat.from(environment);
    Screen screen = screenFor(logFormat);
    StopSignals signals =
        StopSignals.install(() -> {
          screen.endStatus();
          screen.line("stopping (again: at once) ...");
        });
    UpSettings settings = UpSettings.from(environment);
    DataFolder folder = DataFolder.of(environment);
    folder.claim();
    // First the folder: where both are in use, it is by the same run.
    try (FolderLock lock = FolderLock.take(folder)) {
      settings.requireFreePort();
      if (logFormat == LogFormat.TEXT) {
        // Before anything has asked for a logger.
        Logs.toFile(folder.log());
      }
      if (fresh) {
        EmbeddedPostgresServer.killLeftBehind(folder.postgres());
        folder.clear();
      }
      return new Up(settings, folder, demoRelay, untilReadable, screen, signals).run();
    }
  }

  /** As JSON the log is for a machine, such as the journal: all of it goes to the output then. */
  private static Screen screenFor(LogFormat logFormat) {
    if (logFormat == LogFormat.TEXT) {
      return Screen.ofSystem();
    }
    Logs.toOutput("up");
    return Screen.ofLog(LoggerFactory.getLogger(Up.class));
  }
}
