package io.skywire.standalone.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Stands here for {@code --help}; the launcher asks, without a JVM. */
@Command(
    name = "healthy",
    description = {
      "In a container: asks its process whether it does its work. Status 0 when it does.",
      "`live` asks instead whether it goes round, or waits for what a restart would not cure."
    })
public final class HealthyCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ready|live", defaultValue = "ready", description = "What to ask.")
  private String probe = "ready";

  @Override
  public Integer call() {
    throw new CommandFailedException("run it through the launcher: ./skywire healthy " + probe);
  }
}
