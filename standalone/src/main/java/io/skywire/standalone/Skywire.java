package io.skywire.standalone;

import io.skywire.common.lifecycle.FatalException;
import io.skywire.common.settings.InvalidSettingException;
import io.skywire.embedded.EmbeddedServerException;
import io.skywire.standalone.command.CommandFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;
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
    } else if (cause(failure) instanceof IOException refused) {
      command.getErr().println(describe(refused));
    } else {
      failure.printStackTrace(command.getErr());
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  private static @Nullable Throwable cause(Exception failure) {
    return failure instanceof UncheckedIOException wrapper ? wrapper.getCause() : failure;
  }

  /** The JDK's own messages of these name the file alone. */
  private static String describe(IOException refused) {
    return switch (refused) {
      case AccessDeniedException denied -> "no right to use " + denied.getFile();
      case NoSuchFileException absent -> "there is no " + absent.getFile();
      default -> "cannot be read or written: " + refused.getMessage();
    };
  }
}
