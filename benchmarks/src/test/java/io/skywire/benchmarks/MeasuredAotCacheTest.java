package io.skywire.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.skywire.embedded.process.ChildCommand;
import io.skywire.embedded.process.ChildProcess;
import io.skywire.standalone.Skywire;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is measured begins with the cache of loading and linking that users' processes have. */
class MeasuredAotCacheTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"-Xmx256m", "-Xmx256m -XX:TieredStopAtLevel=1"})
  void aProcessOfABenchmarkBeginsWithTheCache(String flags) throws Exception {
    assumeTrue(
        System.getProperty("skywire.aot.skip", "true").equals("false"),
        "skipped: the build was told to make no cache (-Daot.skip)");
    ChildCommand command =
        ChildCommand.java(
            "version",
            Skywire.class.getName(),
            // Without the cache it does not start at all.
            Stream.concat(Stream.of("-XX:AOTMode=on"), Stream.of(flags.split(" "))).toList(),
            List.of("--version"),
            Map.of(),
            folder.resolve("log"));
    try (ChildProcess process = ChildProcess.start(command)) {
      assertThat(process.awaitExit(Duration.ofMinutes(2)))
          .as(Files.readString(command.log()))
          .isZero();
    }
    assertThat(command.log()).content().startsWith("skywire ");
    assertThat(command.words()).anyMatch(word -> word.startsWith("-XX:AOTCache="));
  }
}
