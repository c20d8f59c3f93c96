package io.skywire.standalone.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.standalone.Skywire;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A process as production runs it, where it reaches nobody: it has something to say. */
@Timeout(120)
class EcsLogTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"ingester", "sink", "api", "up"})
  void everyLineIsAnEntryOfTheElasticCommonSchema(String name) throws Exception {
    Process process = start(name);
    List<String> lines = new ArrayList<>();
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      lines.add(output.readLine());
      // A process that is destroyed by itself has its output closed.
      process.toHandle().destroy();
      output.lines().forEach(lines::add);
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    for (String line : lines) {
      assertThat(line).isNotNull().startsWith("{");
      JsonNode entry = JsonMapper.shared().readTree(line);
      assertThat(Instant.parse(entry.path("@timestamp").asString()))
          .isBetween(Instant.now().minusSeconds(120), Instant.now().plusSeconds(1));
      assertThat(entry.at("/log/level").asString()).isIn("INFO", "WARN", "ERROR");
      assertThat(entry.at("/log/logger").asString()).isNotEmpty();
      assertThat(entry.at("/message").asString()).isNotEmpty();
      assertThat(entry.at("/service/name").asString()).isEqualTo("skywire-" + name);
      assertThat(entry.at("/ecs/version").asString()).isNotEmpty();
      assertThat(line).doesNotContain("a secret of the database");
    }
  }

  private Process start(String name) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            System.getProperty("java.home") + "/bin/java",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Skywire.class.getName(),
            name);
    builder.redirectError(folder.resolve("stderr").toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "SKYWIRE_LOG_FORMAT",
                "ecs",
                "SKYWIRE_DATA",
                // Of its own: up takes an empty folder only.
                folder.resolve("data").toString(),
                "DATABASE_URL",
                "postgresql://nobody:a%20secret%20of%20the%20database@127.0.0.1:1/nowhere",
                "KAFKA_BOOTSTRAP_SERVERS",
                "127.0.0.1:1",
                "RELAY_URL",
                "ws://127.0.0.1:1",
                "SECRET_KEY_BASE",
                "0123456789abcdef0123456789abcdef",
                "SKYWIRE_BIND",
                "127.0.0.1",
                "PORT",
                "0"));
    return builder.start();
  }
}
