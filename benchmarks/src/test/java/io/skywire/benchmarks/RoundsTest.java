package io.skywire.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.standalone.up.Screen;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RoundsTest {
  private static final Metric SPEED = Metric.higher("", "events/s");

  @TempDir private Path folder;

  private final List<String> runs = new ArrayList<>();

  @Test
  void contendersTakeTurnsAndOneThatFailsTwiceTakesNoFurtherPart() throws Exception {
    Results results =
        run(
            Contender.skywire("ours", () -> figure("ours")),
            Contender.peer("theirs", () -> failure("theirs")),
            Contender.limit("limit", () -> figure("limit")));

    assertThat(runs)
        .containsExactly("ours", "theirs", "limit", "ours", "theirs", "limit", "ours", "limit");
    assertThat(results.lacksSomebody()).isTrue();
  }

  @Test
  void whatHasFailedAndWhatIsLeftOutIsReported() throws Exception {
    Results results =
        run(
            Contender.skywire("ours", () -> figure("ours")),
            Contender.peer("theirs", () -> failure("theirs")),
            Contender.absent("another", Contender.Role.PEER, "nobody has it"));
    new Report(Machine.here(), 3).write(folder, List.of(results));

    assertThat(Files.readString(folder.resolve("tables.md")))
        .contains("| ours | events/s | 7.00 |")
        .contains("theirs has failed: lost an event")
        .contains("another is left out: nobody has it");
    JsonNode contenders =
        JsonMapper.shared()
            .readTree(folder.resolve("figures.json"))
            .path("stages")
            .path(0)
            .path("contenders");
    assertThat(contenders.path(0).path("figures").path("events/s").size()).isEqualTo(3);
    assertThat(contenders.path(1).path("failures").path(0).asString()).isEqualTo("lost an event");
    assertThat(contenders.path(2).path("absence").asString()).isEqualTo("nobody has it");
  }

  @Test
  void oursMayNotFail() {
    assertThatThrownBy(() -> run(Contender.skywire("ours", () -> failure("ours"))))
        .isInstanceOf(IllegalStateException.class)
        .hasRootCauseMessage("lost an event");
  }

  private Results run(Contender... contenders) throws Exception {
    Screen screen =
        new Screen(
            new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8), false);
    try (Shared shared = new Shared(true)) {
      Workbench workbench =
          new Workbench(
              folder, folder, true, screen, Preparation.fetch(folder, screen, List.of()), shared);
      return new Rounds(workbench, 3).run(new Given(List.of(contenders)));
    }
  }

  private Map<Metric, Double> figure(String name) {
    runs.add(name);
    return Map.of(SPEED, 7.0);
  }

  private Map<Metric, Double> failure(String name) {
    runs.add(name);
    throw new IllegalStateException("lost an event");
  }

  private record Given(List<Contender> contenders) implements Stage {
    @Override
    public String name() {
      return "given";
    }

    @Override
    public String measures() {
      return "Nothing.";
    }

    @Override
    public String aim() {
      return "None.";
    }

    @Override
    public Contest prepare(Workbench workbench) {
      return new Contest() {
        @Override
        public List<Contender> contenders() {
          return contenders;
        }

        @Override
        public void close() {}
      };
    }
  }
}
