package io.skywire.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.embedded.process.ChildCommand;
import io.skywire.embedded.process.ChildProcess;
import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.embedded.simulator.SimulatorSettings;
import io.skywire.standalone.topic.Packages;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client that is made of {@code /openapi.json}, by the README's command. */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class GeneratedClientTest {
  private static final int SEED = 41;
  private static final int EVENTS = 700;
  private static final int PARTITIONS = 3;
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String OPTIONS = " generate --url ";
  private static final Path SOURCE = Path.of("src", "test", "packages", "client").toAbsolutePath();

  /** Kept: packages are fetched once. */
  private static final Path HOME = Path.of("target", "generated-client").toAbsolutePath();

  private static final Path PACKAGES = HOME.resolve("python");

  @TempDir private Path folder;

  @Test
  void readsEachEventOnceAndIsToldWhatIsRefused() throws Exception {
    Packages.requirePython();
    Files.createDirectories(HOME);
    Packages.pip(SOURCE.resolve("requirements.txt"), PACKAGES, HOME);
    assertThat(Files.readString(Path.of("..", "README.md")))
        .contains("`openapi-python-client" + OPTIONS + "http://localhost:4000/openapi.json`");
    try (Servers servers = Servers.embedded();
        RelaySimulator relay =
            RelaySimulator.start(
                SimulatorSettings.defaults().withSeed(SEED).withRate(0).withLimit(EVENTS));
        Pipeline pipeline = new Pipeline(servers, relay.uri(), PARTITIONS)) {
      while (relay.emitted() < EVENTS) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      pipeline.reader().readTo(relay.head(), PATIENCE);
      // Its command is on no path, since its packages are in a folder of their own.
      assertThat(python("-m openapi_python_client" + OPTIONS + pipeline.api() + "/openapi.json"))
          .as("nothing is left out")
          .noneMatch(line -> line.startsWith("Warning") || line.startsWith("Unable"));
      List<String> said =
          python("'" + SOURCE.resolve("read.py") + "' " + pipeline.api() + " " + pipeline.token());
      assertThat(said)
          .filteredOn(line -> line.startsWith("event "))
          .containsExactlyElementsOf(
              relay.ledger().entries().stream()
                  .map(sent -> "event %d %s %s".formatted(sent.seq(), sent.type(), sent.repo()))
                  .toList());
      assertThat(said).contains("absent 404", "refused 401", "gaps 0", "by type");
    }
  }

  /** What it has said, once it has ended well. */
  private List<String> python(String arguments) throws IOException {
    Path log = Files.createTempFile(folder, "python", ".log");
    ChildCommand command =
        new ChildCommand(
            "python3",
            // The generator looks for a program that comes with it.
            List.of(
                "sh",
                "-c",
                "cd '%s' && PATH='%s/bin':$PATH exec python3 %s"
                    .formatted(folder, PACKAGES, arguments)),
            Map.of(
                "PYTHONPATH",
                PACKAGES + File.pathSeparator + folder.resolve("skywire-client"),
                "LC_ALL",
                "C.UTF-8"),
            log);
    try (ChildProcess python = ChildProcess.start(command)) {
      int status = python.awaitExit(PATIENCE);
      String said = Files.readString(log);
      assertThat(status).as("%s", said).isZero();
      return said.lines().toList();
    }
  }
}
