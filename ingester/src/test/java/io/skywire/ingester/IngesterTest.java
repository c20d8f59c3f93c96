package io.skywire.ingester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.skywire.common.topic.DeadLetterCounts;
import io.skywire.common.topic.Seq;
import io.skywire.ingester.relay.RelayDisconnectedException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How the loop takes what a relay sends, and comes back to it. */
@Timeout(30)
class IngesterTest extends IngesterSetUp {
  @Test
  void publishesWhatTheRelaySendsAfterTheWatermarks() throws Exception {
    parts.commit(10);
    parts.takes(frame(11), frame(12));
    run();
    assertThat(parts.asked).containsExactly(10L);
    assertThat(parts.committed()).isEqualTo(12);
    List<ProducerRecord<byte[], byte[]>> events = parts.events();
    assertThat(events.subList(0, 6)).allMatch(record -> record.value() == null);
    assertThat(events.stream().filter(record -> record.value() != null)).hasSize(2);
    assertThat(count("frames")).isEqualTo(2);
    assertThat(count("events", "type", "commit")).isEqualTo(2);
    assertThat(registry.get("skywire.ingester.transaction").timer().totalTime(TimeUnit.SECONDS))
        .isBetween(0.0, 30.0);
  }

  @Test
  void withoutACursorTheSettingsSayWhereToBegin() throws Exception {
    run();
    assertThat(parts.asked).containsExactly(5L);
  }

  @Test
  void nothingIsPublishedWhenNothingCame() throws Exception {
    parts.takes();
    run();
    assertThat(parts.producers.getFirst().commitCount()).as("the watermarks'").isEqualTo(1);
    assertThat(parts.committed()).isNull();
  }

  @Test
  void takesOnlyWhenAllThatItHasTakenIsPublished() throws Exception {
    String large = "x".repeat(700_000);
    parts.takes(frame(11, large), frame(12, large), frame(13, large));
    parts.takes(() -> assertThat(parts.committed()).isEqualTo(13));
    run();
    assertThat(parts.framesMax).containsOnly(settings.batchEventsMax());
    assertThat(parts.bytesMax).containsOnly(settings.batchBytesMax());
    assertThat(parts.takenFrom).hasSize(3);
  }

  @Test
  void whileTheRelayIsAheadTheNextBatchIsMadeDuringTheCommit() throws Exception {
    CountDownLatch nextIsTaken = new CountDownLatch(1);
    parts.commit(10);
    parts.waiting = settings.batchEventsMax();
    parts.takes(() -> parts.atCommit = () -> await(nextIsTaken), frame(11));
    parts.takes(
        () -> {
          assertThat(parts.committed()).isEqualTo(10);
          nextIsTaken.countDown();
        },
        frame(12));
    run();
    assertThat(parts.committed()).isEqualTo(12);
    assertThat(seqs()).containsExactly(11L, 12L);
  }

  @Test
  void whatIsMadeDuringACommitThatFailsIsAskedForAgain() throws Exception {
    parts.commit(10);
    parts.waiting = settings.batchEventsMax();
    parts.takes(
        () ->
            parts.producers.getLast().commitTransactionException = new KafkaException("no answer"),
        frame(11));
    parts.takes(frame(12));
    parts.takes(frame(11), frame(12));
    run();
    assertThat(parts.asked).containsExactly(10L, 10L);
    assertThat(seqs()).containsExactly(11L, 12L);
    assertThat(parts.committed()).isEqualTo(12);
  }

  /** Of what is committed. */
  private List<Long> seqs() {
    return parts.events().stream()
        .filter(record -> record.value() != null)
        .map(record -> Seq.ofKey(record.key()))
        .toList();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).as("somebody goes on").isTrue();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void tellsTheDeadLettersThatItHasPublished() throws Exception {
    parts.commit(10);
    parts.takes(frame(11), new byte[] {'?'});
    parts.takes(() ->
        assertThat(status().deadLetters())
            .isEqualTo(new DeadLetterCounts(NOON, NOON, Map.of("malformed", 1L))));
    run();
    assertThat(parts.committed()).isEqualTo(11);
  }

  @Test
  void tellsWhatItDoesAsLongAsItLeads() throws Exception {
    parts.commit(10);
    parts.takes(
        () -> {
          assertThat(board.isReady()).isTrue();
          assertThat(status().connected()).isTrue();
          assertThat(status().problem()).isNull();
          assertThat(status().cursor()).isEqualTo(10);
          assertThat(status().lastFrameAt()).isNull();
          assertThat(registry.get("skywire.ingester.buffer.frames").gauge().value()).isEqualTo(7);
        },
        frame(11));
    parts.takes(() -> {
      assertThat(status().cursor()).isEqualTo(11);
      assertThat(status().lastFrameAt()).isEqualTo(NOON);
    });
    run();
    assertThat(board.read()).isEmpty();
    assertThat(board.isReady()).isFalse();
    assertThat(registry.get("skywire.ingester.buffer.frames").gauge().value()).isZero();
    assertThat(count("sessions")).isEqualTo(1);
    assertThat(count("disconnects")).isZero();
  }

  @Test
  void comesBackFromTheCursorWhenTheRelayHangsUp() throws Exception {
    parts.commit(10);
    parts.takes(frame(11));
    parts.hangsUp(new RelayDisconnectedException("gone"));
    parts.atOpening =
        () -> {
          if (parts.asked.size() == 1) {
            assertThat(parts.allClosed()).isTrue();
            assertThat(status().connected()).isFalse();
            assertThat(status().problem()).isEqualTo("gone");
          }
        };
    run();
    assertThat(parts.asked).containsExactly(10L, 11L);
    assertThat(parts.joins).as("it has led all the time").isEqualTo(1);
    assertThat(count("sessions")).isEqualTo(2);
    assertThat(count("disconnects")).isEqualTo(1);
    assertThat(backoff.next()).as("it has paused").isEqualTo(SHORTEST.multipliedBy(2));
  }

  @Test
  void leavesARelayAloneForAsLongAsItAsksFor() throws Exception {
    parts.hangsUp(new RelayDisconnectedException("busy", Duration.ofMillis(300), null));
    long begun = System.nanoTime();
    run();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(299));
  }

  @Test
  void whatARelayAsksForIsALongerPauseAndNotForEver() {
    Duration ours = Duration.ofSeconds(2);
    assertThat(pauseOf(ours, null)).isEqualTo(ours);
    assertThat(pauseOf(ours, Duration.ofSeconds(1))).isEqualTo(ours);
    assertThat(pauseOf(ours, Duration.ofSeconds(17))).isEqualTo(Duration.ofSeconds(17));
    assertThat(pauseOf(ours, Duration.ofDays(1))).isEqualTo(Duration.ofMinutes(5));
  }

  private static Duration pauseOf(Duration ours, @Nullable Duration retryAfter) {
    return Ingester.pauseOf(ours, retryAfter);
  }

  @Test
  void anInterruptEndsIt() {
    parts.lost.add(new InterruptException("interrupted"));
    assertThat(Thread.interrupted()).as("by its constructor").isTrue();
    assertThatThrownBy(this::run).isInstanceOf(InterruptedException.class);
  }

  @Test
  void onlyASessionThatLastsMakesTheNextFailureAFirstOne() throws Exception {
    assertThat(pauseAfterASessionOf(STEADY)).isEqualTo(Duration.ofSeconds(1));
    assertThat(pauseAfterASessionOf(STEADY.plusMillis(1))).isEqualTo(SHORTEST);
  }

  private Duration pauseAfterASessionOf(Duration length) throws InterruptedException {
    for (int i = 0; i < 20; i++) {
      backoff.next();
    }
    PlayedParts played = new PlayedParts(settings);
    Ingester another =
        new Ingester(
            played,
            settings,
            board,
            new IngesterMetrics(new SimpleMeterRegistry()),
            backoff,
            () -> now,
            nanoTime::get);
    played.atTheEnd = another::stop;
    played.takes(
        () -> {
          now = now.plus(length);
        },
        frame(11));
    another.run();
    return backoff.next();
  }

  /** Each step takes most of what one may take. */
  @Test
  void makesProgressAsLongAsItGoesRoundOrPauses() throws Exception {
    parts.away = new ExecutionException("no answer", null);
    parts.assignments.addAll(List.of(false, true));
    parts.atEachStep =
        () -> {
          nanoTime.addAndGet(Duration.ofSeconds(90).toNanos());
          assertThat(ingester.makesProgress()).isTrue();
        };
    parts.takes();
    parts.takes();
    run();
    assertThat(parts.takenFrom).hasSize(3);
    nanoTime.addAndGet(Duration.ofSeconds(121).toNanos());
    assertThat(ingester.makesProgress()).isFalse();
  }
}
