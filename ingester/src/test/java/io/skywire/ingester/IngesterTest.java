package io.skywire.ingester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.skywire.common.lifecycle.Backoff;
import io.skywire.common.lifecycle.FatalException;
import io.skywire.common.settings.Variables;
import io.skywire.common.topic.DeadLetterCounts;
import io.skywire.common.topic.IngesterStatus;
import io.skywire.common.topic.Seq;
import io.skywire.embedded.relay.CommitFrame;
import io.skywire.ingester.relay.RelayDisconnectedException;
import io.skywire.ingester.status.StatusBoard;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The loop alone, on the test's own thread: it ends when the relay has nothing left to play. */
@Timeout(30)
class IngesterTest {
  private static final Instant NOON = Instant.parse("2026-07-04T12:00:00Z");
  private static final Duration STEADY = Duration.ofSeconds(5);
  private static final Duration SHORTEST = Duration.ofMillis(1);

  /** Each pause is the longest that it may be. */
  private static final RandomGenerator LONGEST =
      new RandomGenerator() {
        @Override
        public long nextLong() {
          return Long.MAX_VALUE;
        }

        @Override
        public long nextLong(long bound) {
          return bound - 1;
        }
      };

  private final AtomicLong nanoTime = new AtomicLong();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final IngesterSettings settings =
      IngesterSettings.from(
          new Variables(
              Map.of(
                  "RELAY_URL",
                  "ws://relay.example",
                  "RELAY_START",
                  "5",
                  "SKYWIRE_BATCH_MIB_MAX",
                  "1")));
  private final Backoff backoff = new Backoff(SHORTEST, Duration.ofSeconds(30), LONGEST);
  private Instant now = NOON;
  private final StatusBoard board = new StatusBoard("relay.example", () -> now);
  private final PlayedParts parts = new PlayedParts(settings);
  private final Ingester ingester =
      new Ingester(
          parts, settings, board, new IngesterMetrics(registry), backoff, () -> now, nanoTime::get);

  private void run() throws InterruptedException {
    parts.atTheEnd = ingester::stop;
    ingester.run();
    assertThat(parts.allClosed()).isTrue();
    assertThat(parts.hasLeft()).isTrue();
  }

  private static byte[] frame(long seq) {
    return frame(seq, "hello");
  }

  private static byte[] frame(long seq, String text) {
    return new CommitFrame().seq(seq).create("a.b.c/one", Map.of("text", text)).bytes();
  }

  private IngesterStatus status() {
    return board.read().orElseThrow();
  }

  private double count(String name, String... tags) {
    return registry.get("skywire.ingester." + name).tags(tags).counter().count();
  }

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
