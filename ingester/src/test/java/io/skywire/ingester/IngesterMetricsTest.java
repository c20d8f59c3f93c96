package io.skywire.ingester;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.skywire.ingester.atproto.DropReason;
import io.skywire.ingester.publish.Batch;
import io.skywire.ingester.publish.DeadLetter;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class IngesterMetricsTest {
  private static final String LETTERS = "skywire.ingester.dead.letters";

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final IngesterMetrics metrics = new IngesterMetrics(registry);

  @Test
  void everyReasonIsACounterOfItsOwnFromTheStart() {
    Stream<String> reasons =
        Stream.concat(
            Arrays.stream(DropReason.values()).map(DropReason::label), Stream.of("flawed_op"));
    assertThat(registry.find(LETTERS).counters())
        .extracting(counter -> counter.getId().getTag("reason"))
        .containsExactlyInAnyOrderElementsOf(reasons.toList());
    assertThat(registry.find(LETTERS).counters())
        .allSatisfy(counter -> assertThat(counter.count()).isZero());
  }

  @Test
  void aLetterIsCountedUnderItsReason() {
    DeadLetter letter = new DeadLetter(7L, new byte[0], DropReason.INVALID_DID.label(), "");
    metrics.published(new Batch(Instant.EPOCH, List.of(), List.of(letter, letter), null, null));
    assertThat(registry.get(LETTERS).tag("reason", "invalid_did").counter().count()).isEqualTo(2);
    assertThat(registry.get(LETTERS).tag("reason", "malformed").counter().count()).isZero();
  }
}
