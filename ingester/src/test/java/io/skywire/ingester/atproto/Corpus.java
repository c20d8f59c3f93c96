package io.skywire.ingester.atproto;

import com.github.luben.zstd.ZstdInputStream;
import io.skywire.embedded.simulator.Capture;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Captured frames and test vectors of others, where they are present ({@code SKYWIRE_CORPUS}). */
public final class Corpus {
  /** Strict, and exact for numbers of any size. */
  public static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Corpus() {}

  /** Skips the calling test where there is no corpus. */
  static Path path(String relative) {
    String folder = System.getProperty("SKYWIRE_CORPUS", System.getenv("SKYWIRE_CORPUS"));
    Assumptions.assumeTrue(folder != null, "skipped: no corpus; SKYWIRE_CORPUS names its folder");
    return Path.of(folder, relative);
  }

  public static List<byte[]> frames(String relative) throws IOException {
    return Capture.read(path(relative)).frames();
  }

  static JsonNode json(String relative) throws IOException {
    return JSON.readTree(Files.readAllBytes(path(relative)));
  }

  static List<JsonNode> jsonLines(String relative) throws IOException {
    try (InputStream file = Files.newInputStream(path(relative));
        InputStream plain = relative.endsWith(".zst") ? new ZstdInputStream(file) : file) {
      return new String(plain.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank())
          .map(JSON::readTree)
          .toList();
    }
  }

  /** The vectors of a syntax list, without comments and empty lines. */
  static List<String> syntax(String name) throws IOException {
    return Files.readAllLines(path("interop/syntax/" + name + ".txt")).stream()
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .toList();
  }
}
