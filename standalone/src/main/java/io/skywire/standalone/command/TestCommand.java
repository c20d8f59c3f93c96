package io.skywire.standalone.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Stands here for {@code --help}; the launcher runs it through Maven, without a build before. */
@Command(name = "test", description = "Passes all tests.")
public final class TestCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new CommandFailedException("run it through the launcher: ./skywire test");
  }
}
