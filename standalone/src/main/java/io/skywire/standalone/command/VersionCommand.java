package io.skywire.standalone.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says which version this is, of which commit, and on what it runs. */
@Command(name = "version", description = "Says which version and commit this is.")
public final class VersionCommand implements Callable<Integer>, IVersionProvider {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().getOut().println(String.join("\n", getVersion()));
    return 0;
  }

  @Override
  public String[] getVersion() {
    BuiltFrom built = BuiltFrom.ofThisClass();
    return new String[] {
      "skywire %s, commit %s (Java %s)"
          .formatted(built.version(), built.commit(), Runtime.version())
    };
  }
}
