package io.skywire.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Jars of others, from Maven Central: a folder below {@code benchmarks/peers} with a {@code
 * pom.xml} that names them, fetched once, outside the sources. One thread.
 */
public final class JavaPeers {
  private static final String FETCH =
      "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";
  private static final int FETCH_SECONDS_MAX = 600;

  private JavaPeers() {}

  /**
   * Fetches what is not there.
   *
   * @return the folder with the jars
   * @throws IOException when they are not to be had; the message says so
   */
  public static Path fetch(Workbench workbench, String name)
      throws IOException, InterruptedException {
    Path pom = workbench.home().resolve("benchmarks/peers").resolve(name).resolve("pom.xml");
    Path target = workbench.home().resolve("benchmarks/target/peers").resolve(name);
    // Written last: what it says is there is there.
    Path fetched = target.resolveSibling(target.getFileName() + ".fetched");
    if (Files.exists(fetched) && Files.mismatch(fetched, pom) < 0) {
      return target;
    }
    Files.createDirectories(target);
    workbench.screen().line("  fetching jars for peers/" + name + " ...");
    NodePeers.run(
        workbench.home(),
        List.of(
            workbench.home().resolve("mvnw").toString(),
            "-q",
            "-B",
            "-ntp",
            "-f",
            pom.toString(),
            FETCH,
            "-DincludeScope=runtime",
            "-DoutputDirectory=" + target),
        FETCH_SECONDS_MAX);
    Files.copy(pom, fetched, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    return target;
  }
}
