package io.skywire.embedded.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The corpus of reference data beside the project; tests that need it are skipped without it. */
final class Corpus {
  private static final JsonMapper JSON = new JsonMapper();

  private Corpus() {}

  static Path file(String name) {
    String folder = System.getProperty("SKYWIRE_CORPUS", System.getenv("SKYWIRE_CORPUS"));
    Assumptions.assumeTrue(folder != null, "skipped: no corpus; SKYWIRE_CORPUS names its folder");
    Path file = Path.of(folder, name);
    assertThat(file).exists();
    return file;
  }

  static JsonNode json(String name) {
    return JSON.readTree(file(name));
  }
}
