package io.skywire.standalone.command;

import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says which version this is, and on what it runs. */
@Command(name = "version", description = "Says which version this is.")
public final class VersionCommand implements Callable<Integer>, IVersionProvider {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().getOut().println(String.join("\n", getVersion()));
    return 0;
  }

  @Override
  public String[] getVersion() {
    String version = VersionCommand.class.getPackage().getImplementationVersion();
    return new String[] {
      "skywire %s (Java %s)"
          .formatted(
              Objects.requireNonNullElse(version, "development"), Runtime.version().toString())
    };
  }
}
