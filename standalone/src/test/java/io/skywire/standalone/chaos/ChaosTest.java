package io.skywire.standalone.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.standalone.up.Screen;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, real servers, real kills. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ChaosTest {
  private static final int ROUNDS = 20;

  /** Those that the plan chooses; a migration is killed in every run. */
  private static final List<String> PLACED =
      List.of(
          "placed kill",
          "zombie",
          "kill in a rebalance",
          "kill while joining",
          "kill while making partitions");

  @Test
  void nothingIsLostRepeatedOrMisorderedWhileEverythingIsKilled(@TempDir Path folder)
      throws Exception {
    long seed = ThreadLocalRandom.current().nextLong(1_000_000);
    System.out.println("ChaosTest seed " + seed);
    ChaosSettings settings =
        new ChaosSettings(ROUNDS, seed, ChaosSettings.RATE, 1, Duration.ofMinutes(2));

    Verdict verdict =
        new ChaosRun(settings, folder, new Screen(System.out, false), () -> false).run();

    assertThat(verdict.findings()).as(String.join("\n", verdict.lines())).isEmpty();
    assertThat(verdict.rounds()).isEqualTo(ROUNDS);
    assertThat(verdict.events()).isGreaterThan(ROUNDS * (long) ChaosSettings.RATE);
    assertThat(verdict.kills()).isNotEmpty();
    int placed =
        PLACED.stream()
            .mapToInt(fault ->
                verdict.faults().getOrDefault(fault, 0) - verdict.missed().getOrDefault(fault, 0))
            .sum();
    assertThat(placed).as("kills at a chosen request").isPositive();
  }
}
