package io.skywire.standalone.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Stands here for {@code --help}; the launcher of a release runs what is written down. */
@Command(
    name = "aot-cache",
    description = {
      "Of a release: runs Skywire once, in a folder that goes again, and keeps what the JVM has",
      "loaded and linked in skywire.aot. From then on everything starts in about half the time."
    })
public final class AotCacheCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new CommandFailedException("run it through the launcher: ./skywire aot-cache");
  }
}
