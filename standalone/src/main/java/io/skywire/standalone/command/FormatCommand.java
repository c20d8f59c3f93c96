package io.skywire.standalone.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Stands here for {@code --help}; the launcher runs it through Maven, without a build before. */
@Command(name = "format", description = "Formats the sources.")
public final class FormatCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new CommandFailedException("run it through the launcher: ./skywire format");
  }
}
