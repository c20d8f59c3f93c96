package io.skywire.standalone.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Stands here for {@code --help}; the launcher builds and packs. */
@Command(
    name = "package",
    description =
        "Makes skywire-VERSION.tar.gz in standalone/target: a release, which needs no Java.")
public final class PackageCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new CommandFailedException("run it through the launcher: ./skywire package");
  }
}
