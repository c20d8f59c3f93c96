package io.skywire.embedded.simulator;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The corpus of reference data beside the project; tests that need it are skipped without it. */
final class Corpus {
  private static final JsonMapper JSON = new JsonMapper();

  private Corpus() {}

  static Path file(String name) {
    String configured =
        Objects.requireNonNullElse(
            System.getProperty("SKYWIRE_CORPUS"),
            Objects.requireNonNullElse(System.getenv("SKYWIRE_CORPUS"), "../../shared/corpus"));
    Path file = Path.of(configured, name);
    Assumptions.assumeTrue(Files.exists(file), "no corpus at " + file.toAbsolutePath());
    return file;
  }

  static JsonNode json(String name) {
    return JSON.readTree(file(name));
  }
}
