package io.skywire.standalone.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.standalone.up.Screen;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, real servers, real kills. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@Tag("alone")
class ChaosTest {
  private static final int ROUNDS = 20;

  /** Those that every run has. */
  private static final List<String> DEMANDED =
      List.of(
          "kill before commit",
          "kill after commit",
          "kill before store",
          "kill after store",
          "kill in a migration",
          "kill in a rebalance",
          "kill in retention",
          "kill while making partitions");

  @Test
  void nothingIsLostRepeatedOrMisorderedWhileEverythingIsKilled(@TempDir Path folder)
      throws Exception {
    long seed = ThreadLocalRandom.current().nextLong(1_000_000);
    System.out.println("ChaosTest seed " + seed);
    ChaosSettings settings =
        new ChaosSettings(ROUNDS, seed, ChaosSettings.RATE, 1, Duration.ofMinutes(2), null);

    Verdict verdict =
        new ChaosRun(settings, folder, new Screen(System.out, false), () -> false).run();

    assertThat(verdict.findings()).as(String.join("\n", verdict.lines())).isEmpty();
    assertThat(verdict.rounds()).isEqualTo(ROUNDS);
    assertThat(verdict.events()).isGreaterThan(ROUNDS * (long) ChaosSettings.RATE);
    assertThat(verdict.deadLetters()).isPositive();
    assertThat(verdict.kills()).isNotEmpty();
    for (String kill : DEMANDED) {
      assertThat(verdict.faults().getOrDefault(kill, 0))
          .as(kill + ", of which some were met:\n" + String.join("\n", verdict.lines()))
          .isGreaterThan(verdict.missed().getOrDefault(kill, 0));
    }
  }
}
