package io.skywire.standalone.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Stands here for {@code --help}; the launcher builds and runs what is measured. */
@Command(name = "bench", description = "Measures speed and size beside peers and limits.")
public final class BenchCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new CommandFailedException("run it through the launcher: ./skywire bench");
  }
}
