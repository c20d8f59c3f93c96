package io.skywire.standalone.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Stands here for {@code --help}; the launcher runs it through Maven, without a build before. */
@Command(name = "test", description = "Passes the tests, all but those that are tagged long.")
public final class TestCommand implements Callable<Integer> {
  @Option(names = "--all", description = "The long ones too: twenty minutes more.")
  private boolean all;

  @Override
  public Integer call() {
    throw new CommandFailedException(
        "run it through the launcher: ./skywire test" + (all ? " --all" : ""));
  }
}
