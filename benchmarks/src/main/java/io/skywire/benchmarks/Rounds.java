package io.skywire.benchmarks;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Runs a stage's contenders in turn, again and again: A B C, A B C. One thread. */
final class Rounds {
  private final Workbench workbench;
  private final int rounds;

  Rounds(Workbench workbench, int rounds) {
    this.workbench = workbench;
    this.rounds = rounds;
  }

  /**
   * A contender that fails twice, or in the only round, takes no further part, and the others go
   * on; ours may not fail.
   *
   * @throws IllegalStateException when one of ours fails
   */
  Results run(Stage stage) throws IOException, InterruptedException {
    workbench.screen().line(stage.name() + ": " + stage.measures());
    long begun = System.nanoTime();
    try (Stage.Contest contest = stage.prepare(workbench)) {
      List<Contender> contenders = contest.contenders();
      Results results = new Results(stage, contenders, rounds);
      for (Contender contender : contenders) {
        if (contender.absence() != null) {
          workbench
              .screen()
              .line("  %s is left out: %s".formatted(contender.name(), contender.absence()));
        }
      }
      for (int round = 1; round <= rounds; round++) {
        for (Contender contender : contenders) {
          if (results.takesPart(contender)) {
            run(contender, results, round);
          }
        }
      }
      contest.derived(results).forEach(results::add);
      results.ended(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun));
      workbench.screen().line("  %s took %d s".formatted(stage.name(), results.seconds()));
      return results;
    }
  }

  // A peer fails in whatever way it likes.
  @SuppressWarnings("IllegalCatch")
  private void run(Contender contender, Results results, int round) throws InterruptedException {
    Contender.Run run = contender.run();
    if (run == null) {
      return;
    }
    try {
      Map<Metric, Double> once = run.once();
      results.add(contender, once);
      workbench
          .screen()
          .line("  round %d of %d, %s: %s".formatted(round, rounds, contender.name(), text(once)));
    } catch (InterruptedException interrupted) {
      throw interrupted;
    } catch (Exception failure) {
      if (contender.role() == Contender.Role.SKYWIRE) {
        throw new IllegalStateException(contender.name() + " failed", failure);
      }
      results.failed(contender, String.valueOf(failure.getMessage()));
      workbench.screen().line("  %s failed: %s".formatted(contender.name(), failure));
    }
  }

  private static String text(Map<Metric, Double> figures) {
    return figures.entrySet().stream()
        .map(figure -> Figures.text(figure.getValue(), figure.getKey()))
        .collect(Collectors.joining(", "));
  }
}
