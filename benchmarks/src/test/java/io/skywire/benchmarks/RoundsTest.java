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
import java.util.function.Function;
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
  void inASingleRoundOneFailureIsEnough() throws Exception {
    Results results =
        run(
            1,
            Contender.skywire("ours", () -> figure("ours")),
            Contender.peer("theirs", () -> failure("theirs")));

    assertThat(results.lacksSomebody()).isTrue();
  }

  @Test
  void oneFailureOfSeveralRoundsIsForgiven() throws Exception {
    Results results =
        run(
            Contender.skywire("ours", () -> figure("ours")),
            Contender.peer(
                "theirs", () -> runs.contains("theirs") ? figure("theirs") : failure("theirs")));

    assertThat(results.lacksSomebody()).isFalse();
  }

  /** Ours beside ours says nothing about others. */
  @Test
  void onlyOthersAreComparedWithOurs() throws Exception {
    Results results =
        run(
            Contender.skywire("ours", () -> figure("ours")),
            Contender.skywire("ours too", () -> figure("ours too")),
            Contender.peer("theirs", () -> figure("theirs")));

    assertThat(new Report("skywire 1, commit abc", Machine.here(), 3).markdown(List.of(results)))
        .contains("| ours | events/s | 7.00 | 7.00 | 7.00 |  |")
        .contains("| ours too | events/s | 7.00 | 7.00 | 7.00 |  |")
        .contains("| theirs | events/s | 7.00 | 7.00 | 7.00 | 1.00 x |");
  }

  @Test
  void whatIsDerivedOfAllRoundsIsAFigureToo() throws Exception {
    Metric all = Metric.lower("of all rounds", "s");
    Contender ours = Contender.skywire("ours", () -> figure("ours"));
    Results results =
        run(
            3,
            List.of(ours),
            ended -> Map.of(ours, Map.of(all, (double) ended.figures(ours, SPEED).size())));

    assertThat(results.figures(ours, all)).containsExactly(3.0);
  }

  @Test
  void whatHasFailedAndWhatIsLeftOutIsReported() throws Exception {
    Results results =
        run(
            Contender.skywire("ours", () -> figure("ours")),
            Contender.peer("theirs", () -> failure("theirs")),
            Contender.absent("another", Contender.Role.PEER, "nobody has it"));
    new Report("skywire 1, commit abc", Machine.here(), 3).write(folder, List.of(results));

    assertThat(Files.readString(folder.resolve("tables.md")))
        .contains("| ours | events/s | 7.00 |")
        .contains("theirs has failed: lost an event")
        .contains("another is left out: nobody has it")
        .startsWith("skywire 1, commit abc. ");
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
    return run(3, contenders);
  }

  private Results run(int rounds, Contender... contenders) throws Exception {
    return run(rounds, List.of(contenders), results -> Map.of());
  }

  private Results run(
      int rounds,
      List<Contender> contenders,
      Function<Results, Map<Contender, Map<Metric, Double>>> derive)
      throws Exception {
    Screen screen =
        new Screen(
            new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8), false);
    try (Shared shared = new Shared(true)) {
      Workbench workbench =
          new Workbench(
              folder, folder, true, screen, Preparation.fetch(folder, screen, List.of()), shared);
      return new Rounds(workbench, rounds).run(new Given(contenders, derive));
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

  private record Given(
      List<Contender> contenders, Function<Results, Map<Contender, Map<Metric, Double>>> derive)
      implements Stage {
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
        public Map<Contender, Map<Metric, Double>> derived(Results results) {
          return derive.apply(results);
        }

        @Override
        public void close() {}
      };
    }
  }
}
