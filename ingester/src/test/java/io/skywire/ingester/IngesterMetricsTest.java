package io.skywire.ingester;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.skywire.common.topic.Gap;
import io.skywire.ingester.atproto.DropReason;
import io.skywire.ingester.atproto.Event;
import io.skywire.ingester.publish.Batch;
import io.skywire.ingester.publish.DeadLetter;
import io.skywire.ingester.relay.FrameSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class IngesterMetricsTest {
  private static final String LETTERS = "skywire.ingester.dead.letters";

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final IngesterMetrics metrics = new IngesterMetrics(registry);

  @Test
  void everyReasonIsACounterOfItsOwnFromTheStart() {
    Stream<String> reasons =
        Stream.concat(
            Arrays.stream(DropReason.values()).map(DropReason::label),
            Stream.of("flawed_op", "seq_went_back"));
    assertThat(registry.find(LETTERS).counters())
        .extracting(counter -> counter.getId().getTag("reason"))
        .containsExactlyInAnyOrderElementsOf(reasons.toList());
    assertThat(registry.find(LETTERS).counters())
        .allSatisfy(counter -> assertThat(counter.count()).isZero());
  }

  @Test
  void aLetterIsCountedUnderItsReason() {
    DeadLetter letter = new DeadLetter(7L, new byte[0], DropReason.INVALID_DID.label(), "");
    metrics.published(
        new Batch(Instant.EPOCH, List.of(), List.of(letter, letter), null, null, null),
        Duration.ZERO);
    assertThat(registry.get(LETTERS).tag("reason", "invalid_did").counter().count()).isEqualTo(2);
    assertThat(registry.get(LETTERS).tag("reason", "malformed").counter().count()).isZero();
  }

  @Test
  void aDropIsCountedUnderItsReasonAndAFlawedOpsEventIsNone() {
    metrics.published(
        new Batch(
            Instant.EPOCH,
            List.of(),
            List.of(
                new DeadLetter(7L, new byte[0], DropReason.MALFORMED.label(), ""),
                new DeadLetter(8L, new byte[0], DeadLetter.FLAWED_OP, "")),
            null,
            null,
            null),
        Duration.ZERO);
    metrics.repeated();
    assertThat(drops("malformed")).isEqualTo(1);
    assertThat(drops("repeated")).isEqualTo(1);
    assertThat(registry.find("skywire.ingester.drops").tag("reason", "flawed_op").counter())
        .isNull();
  }

  /** An account may make up types, one for each event. */
  @Test
  void eventsAreCountedByTheTypesThatAreKnownAndTheOthersTogether() {
    metrics.published(
        new Batch(
            Instant.EPOCH,
            List.of(event("commit"), event("sync"), event("commit"), event("x1"), event("x2")),
            List.of(),
            null,
            new Gap("relay.example", 10, 21, "skipped", Instant.EPOCH),
            null),
        Duration.ofMillis(3));
    assertThat(events("commit")).isEqualTo(2);
    assertThat(events("sync")).isEqualTo(1);
    assertThat(events("other")).isEqualTo(2);
    assertThat(registry.find("skywire.ingester.events").counters()).hasSize(5);
    assertThat(registry.get("skywire.ingester.event").counter().count()).isEqualTo(5 * 2);
    assertThat(registry.get("skywire.ingester.gaps").counter().count()).isEqualTo(1);
    assertThat(registry.get("skywire.ingester.gap.seqs").counter().count()).isEqualTo(10);
    assertThat(registry.get("skywire.ingester.transaction").timer().totalTime(MILLISECONDS))
        .isEqualTo(3);
  }

  @Test
  void framesAndTheirBytesAreCountedAsTheyAreTaken() {
    metrics.taken(List.of(new byte[3], new byte[4]));
    metrics.taken(List.of());
    assertThat(count("frames")).isEqualTo(2);
    assertThat(count("frame")).isEqualTo(7);
  }

  @Test
  void whatFailsIsCounted() {
    metrics.fenced();
    metrics.publishFailed();
    metrics.publishFailed();
    metrics.disconnected();
    assertThat(failures("fenced")).isEqualTo(1);
    assertThat(failures("failed")).isEqualTo(2);
    assertThat(count("disconnects")).isEqualTo(1);
  }

  @Test
  void theBufferIsThatOfTheSession() {
    assertThat(gauge("buffer.frames")).isZero();
    metrics.session(new Waiting());
    assertThat(gauge("buffer.frames")).isEqualTo(3);
    assertThat(gauge("buffer")).isEqualTo(40);
    assertThat(gauge("buffer.full")).isEqualTo(1.5);
    metrics.session(null);
    assertThat(gauge("buffer.frames")).isZero();
    metrics.session(new Waiting());
    assertThat(count("sessions")).isEqualTo(2);
  }

  private static final class Waiting implements FrameSource {
    @Override
    public List<byte[]> take(int framesMax, long bytesMax, Duration wait) {
      return List.of();
    }

    @Override
    public @Nullable Instant lastFrameAt() {
      return null;
    }

    @Override
    public int waiting() {
      return 3;
    }

    @Override
    public long waitingBytes() {
      return 40;
    }

    @Override
    public Duration fullFor() {
      return Duration.ofMillis(1_500);
    }

    @Override
    public void close() {}
  }

  private double count(String name) {
    return registry.get("skywire.ingester." + name).counter().count();
  }

  private double gauge(String name) {
    return registry.get("skywire.ingester." + name).gauge().value();
  }

  private double failures(String reason) {
    return registry
        .get("skywire.ingester.transaction.failures")
        .tag("reason", reason)
        .counter()
        .count();
  }

  private double drops(String reason) {
    return registry.get("skywire.ingester.drops").tag("reason", reason).counter().count();
  }

  private double events(String type) {
    return registry.get("skywire.ingester.events").tag("type", type).counter().count();
  }

  private static Event event(String type) {
    return new Event(1, type, null, List.of(), null, null, new byte[2], null);
  }
}
