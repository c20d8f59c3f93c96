package io.skywire.ingester.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples for subscribers are programs at least; {@code TopicContractTest} runs them. */
class ExamplesTest {
  private static final Path FOLDER = Path.of("..", "examples", "topic");

  @Test
  void javaCompiles(@TempDir Path classes) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    boolean compiled =
        compiler
            .getTask(
                messages,
                null,
                null,
                List.of("-Xlint:all", "-Werror", "-proc:none", "-d", classes.toString()),
                null,
                compiler
                    .getStandardFileManager(null, null, null)
                    .getJavaFileObjects(FOLDER.resolve("Subscribe.java")))
            .call();
    assertThat(compiled).as(messages.toString()).isTrue();
    assertThat(classes.resolve("Subscribe.class")).exists();
  }

  @ParameterizedTest
  @CsvSource({"python3 -m ast,subscribe.py", "node --check,subscribe.mjs", "sh -n,subscribe.sh"})
  void theOthersParseWhereTheirLanguageIs(String check, String file) throws Exception {
    String tool = check.substring(0, check.indexOf(' '));
    assumeTrue(run("command -v " + tool) == 0, "skipped: there is no " + tool);
    assertThat(run(check + " '" + FOLDER.resolve(file) + "'")).isZero();
  }

  @Test
  void thePageForReadersNamesEachOfThem() throws IOException {
    String page = Files.readString(Path.of("..", "README.md"));
    try (Stream<Path> files = Files.list(FOLDER)) {
      assertThat(
              files
                  .map(file -> "examples/topic/" + file.getFileName())
                  .filter(name -> name.toLowerCase(Locale.ROOT).contains("/subscribe.")))
          .hasSize(4)
          .allSatisfy(name -> assertThat(page).contains("(" + name + ")"));
    }
  }

  private static int run(String command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder("sh", "-c", command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).as(output).isTrue();
    return process.exitValue();
  }
}
