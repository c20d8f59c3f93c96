package io.skywire.ingester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.common.lifecycle.FatalException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When the loop leads, and what it does about Kafka and others who may lead. */
@Timeout(30)
class IngesterLeadershipTest extends IngesterSetUp {
  @Test
  void whoIsNotToldToLeadWaits() throws Exception {
    parts.assignments.addAll(List.of(false, true));
    parts.atOpening = () -> assertThat(parts.polls).isEqualTo(2);
    run();
    assertThat(parts.producers).hasSize(1);
  }

  @Test
  void whoMayHaveBeenReplacedDoesNotPublishUntilTheGroupConfirmsIt() throws Exception {
    parts.unconfirmed = 1;
    parts.atOpening = () -> assertThat(parts.unconfirmed).isZero();
    long begun = System.nanoTime();
    run();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(90));
    assertThat(parts.producers).hasSize(1);
  }

  /** As of a process that wakes up. Two that say they lead would be two statuses of one relay. */
  @Test
  void whoNoLongerLeadsLeavesTheRelayAndSaysNoMore() throws Exception {
    parts.commit(10);
    parts.assignments.addAll(List.of(true, false, false, true));
    parts.silent = () -> parts.asked.size() == 1;
    parts.atPoll =
        () -> {
          if (parts.polls == 3) {
            assertThat(parts.allClosed()).isTrue();
          } else if (parts.polls == 4) {
            assertThat(board.read()).isEmpty();
          }
        };
    run();
    assertThat(parts.polls).isGreaterThanOrEqualTo(4);
    assertThat(parts.joins).isEqualTo(1);
    assertThat(parts.asked).containsExactly(10L, 10L);
  }

  @Test
  void whoIsFencedStandsByForAWhile() throws Exception {
    parts.commit(10);
    parts.takes(() -> parts.producers.getLast().fenceProducer(), frame(11));
    long begun = System.nanoTime();
    parts.atOpening =
        () -> {
          if (parts.asked.size() == 1) {
            assertThat(System.nanoTime() - begun).isGreaterThan(1_990_000_000L);
            assertThat(board.read()).isEmpty();
          }
        };
    run();
    assertThat(parts.asked).containsExactly(10L, 10L);
    assertThat(parts.joins).isEqualTo(1);
    assertThat(count("transaction.failures", "reason", "fenced")).isEqualTo(1);
  }

  @Test
  void aTransactionThatFailsIsTakenUpAgainByAnotherPublisher() throws Exception {
    parts.commit(10);
    parts.takes(
        () -> {
          KafkaException failure = new KafkaException("no answer");
          parts.producers.getLast().commitTransactionException = failure;
        },
        frame(11));
    parts.atOpening =
        () -> {
          if (parts.asked.size() == 1) {
            assertThat(status().connected()).isFalse();
            assertThat(status().problem()).isEqualTo("no answer");
          }
        };
    run();
    assertThat(parts.asked).containsExactly(10L, 10L);
    assertThat(parts.joins).as("its name may be another's by now").isEqualTo(1);
    assertThat(count("transaction.failures", "reason", "failed")).isEqualTo(1);
    assertThat(backoff.next()).as("it has paused").isEqualTo(SHORTEST.multipliedBy(2));
  }

  @Test
  void joinsAgainWhenKafkaWasAway() throws Exception {
    parts.away = new ExecutionException("no answer", null);
    parts.lost.add(new KafkaException("no answer"));
    run();
    assertThat(parts.joins).isEqualTo(3);
    assertThat(parts.asked).hasSize(1);
    assertThat(backoff.next()).as("two pauses").isEqualTo(SHORTEST.multipliedBy(4));
  }

  @Test
  void joinsAgainWhereKafkaGivesItsNameToAnother() throws Exception {
    parts.lost.add(new FencedInstanceIdException("taken"));
    run();
    assertThat(parts.joins).isEqualTo(2);
    assertThat(parts.asked).hasSize(1);
  }

  @Test
  void anotherUnderItsNameIsFatal() {
    for (int time = 0; time < 3; time++) {
      parts.lost.add(new FencedInstanceIdException("taken"));
    }
    assertThatThrownBy(this::run)
        .isInstanceOf(FatalException.class)
        .hasMessage("another ingester runs under this SKYWIRE_INSTANCE");
  }
}
