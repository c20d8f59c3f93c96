package io.skywire.benchmarks;

import io.skywire.standalone.up.Screen;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the measuring is done.
 *
 * @param home the project's folder
 * @param folder for what is made on the way; deleted afterwards
 * @param quick whether it is only to be seen that all of it works: inputs are small then
 * @param screen for progress
 * @param peers what is there of others
 * @param shared what stages need alike
 */
public record Workbench(
    Path home, Path folder, boolean quick, Screen screen, Preparation peers, Shared shared) {
  /** The one or the other, by whether it is to be quick. */
  public int size(int whole, int small) {
    return quick ? small : whole;
  }

  /**
   * Flags of a JVM to be started. Most are ended by force, so their temporary files are where they
   * go with the run; a quick one is over before compiling well has paid.
   */
  public List<String> jvm(List<String> flags) {
    List<String> all = new ArrayList<>(flags);
    all.add("-Djava.io.tmpdir=" + folder);
    if (quick) {
      all.add("-XX:TieredStopAtLevel=1");
    }
    return all;
  }

  public List<String> jvm(String... flags) {
    return jvm(List.of(flags));
  }

  /** A folder of its own for a stage or a run. */
  public Path newFolder(String name) {
    try {
      return Files.createTempDirectory(folder, name + "-");
    } catch (java.io.IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    }
  }
}
