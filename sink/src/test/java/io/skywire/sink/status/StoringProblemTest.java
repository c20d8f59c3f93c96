package io.skywire.sink.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class StoringProblemTest {
  private Instant now = Instant.parse("2026-07-04T12:00:00Z");
  private final StoringProblem problem = new StoringProblem(() -> now);

  @Test
  void isToldUntilSomethingIsStored() {
    assertThat(problem.words()).isNull();
    problem.failed("No space left on device");
    now = now.plusSeconds(3600);
    assertThat(problem.words()).isEqualTo("No space left on device");
    problem.stored();
    assertThat(problem.words()).isNull();
  }

  @Test
  void isNotForgottenBetweenTwoTriesButWhenThereIsNothingToStoreAnyMore() {
    problem.failed("No space left on device");
    now = now.plusSeconds(30);
    problem.idle();
    assertThat(problem.words()).isNotNull();
    problem.failed("No space left on device");
    now = now.plusSeconds(30);
    problem.idle();
    assertThat(problem.words()).isNotNull();
    now = now.plusSeconds(1);
    problem.idle();
    assertThat(problem.words()).isNull();
  }
}
