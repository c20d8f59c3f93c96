package io.skywire.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.skywire.embedded.process.ChildCommand;
import io.skywire.embedded.process.ChildProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the build writes down of loading and linking fits what the processes are started with. */
class AotCacheTest {
  @TempDir private Path folder;

  @Test
  void aProcessBeginsWithTheCache() throws Exception {
    assumeTrue(
        System.getProperty("skywire.aot.skip", "true").equals("false"),
        "skipped: the build was told to make no cache (-Daot.skip)");
    ChildCommand command =
        ChildCommand.java(
            "version",
            Skywire.class.getName(),
            // Without the cache it does not start at all.
            List.of("-XX:AOTMode=on"),
            List.of("--version"),
            Map.of(),
            folder.resolve("log"));
    try (ChildProcess process = ChildProcess.start(command)) {
      assertThat(process.awaitExit(Duration.ofSeconds(30)))
          .as(Files.readString(command.log()))
          .isZero();
    }
    assertThat(command.log()).content().startsWith("skywire ");
    assertThat(command.words()).anyMatch(word -> word.startsWith("-XX:AOTCache="));
  }
}
