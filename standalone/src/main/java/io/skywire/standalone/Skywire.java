package io.skywire.standalone;

import io.skywire.common.lifecycle.FatalException;
import io.skywire.common.settings.InvalidSettingException;
import io.skywire.embedded.EmbeddedServerException;
import io.skywire.standalone.command.CommandFailedException;
import picocli.CommandLine;

/** What {@code ./skywire} starts: reads the command line, runs one command, answers its status. */
public final class Skywire {
  private Skywire() {}

  public static void main(String[] arguments) {
    // The commands choose where logs go; the framework must not choose again.
    System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Commands()).setExecutionExceptionHandler(Skywire::report);
  }

  private static int report(
      Exception failure, CommandLine command, CommandLine.ParseResult arguments) {
    boolean foreseen =
        failure instanceof InvalidSettingException
            || failure instanceof FatalException
            || failure instanceof EmbeddedServerException
            || failure instanceof CommandFailedException;
    if (foreseen) {
      command.getErr().println(failure.getMessage());
    } else {
      failure.printStackTrace(command.getErr());
    }
    return CommandLine.ExitCode.SOFTWARE;
  }
}
