package io.skywire.standalone;

import io.skywire.standalone.command.AotCacheCommand;
import io.skywire.standalone.command.ApiCommand;
import io.skywire.standalone.command.BenchCommand;
import io.skywire.standalone.command.ChaosCommand;
import io.skywire.standalone.command.CursorCommand;
import io.skywire.standalone.command.DeadLettersCommand;
import io.skywire.standalone.command.DoctorCommand;
import io.skywire.standalone.command.EventCommand;
import io.skywire.standalone.command.FormatCommand;
import io.skywire.standalone.command.HealthyCommand;
import io.skywire.standalone.command.IngesterCommand;
import io.skywire.standalone.command.MigrateCommand;
import io.skywire.standalone.command.PackageCommand;
import io.skywire.standalone.command.SimulatorCommand;
import io.skywire.standalone.command.SinkCommand;
import io.skywire.standalone.command.TailCommand;
import io.skywire.standalone.command.TestCommand;
import io.skywire.standalone.command.TokenCommand;
import io.skywire.standalone.command.UpCommand;
import io.skywire.standalone.command.VersionCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** All commands; a new one is one more line here. */
@Command(
    name = "./skywire",
    description = "Takes in the Bluesky firehose once and serves it to many.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionCommand.class,
    // --help of every command.
    scope = picocli.CommandLine.ScopeType.INHERIT,
    footer = {
      "",
      "SKYWIRE_DATA names the data folder (default: data in the project's folder); every command",
      "finds a running `up` through it. Exit status: 0 done, 1 failed, 2 wrong usage."
    },
    subcommands = {
      UpCommand.class,
      IngesterCommand.class,
      SinkCommand.class,
      ApiCommand.class,
      MigrateCommand.class,
      SimulatorCommand.class,
      HealthyCommand.class,
      TokenCommand.class,
      TailCommand.class,
      EventCommand.class,
      CursorCommand.class,
      DeadLettersCommand.class,
      DoctorCommand.class,
      ChaosCommand.class,
      BenchCommand.class,
      TestCommand.class,
      FormatCommand.class,
      PackageCommand.class,
      AotCacheCommand.class,
      VersionCommand.class
    })
final class Commands implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
