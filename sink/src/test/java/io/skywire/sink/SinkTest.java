package io.skywire.sink;

import static io.skywire.sink.PlayedParts.NOTHING;
import static io.skywire.sink.PlayedParts.batch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.skywire.common.lifecycle.Backoff;
import io.skywire.common.lifecycle.FatalException;
import io.skywire.common.topic.DeadLetterCounts;
import io.skywire.common.topic.DeadLetterTally;
import io.skywire.common.topic.Topics;
import io.skywire.sink.status.StoringProblem;
import io.skywire.sink.write.BatchLimits;
import io.skywire.sink.write.BatchPace;
import io.skywire.sink.write.EventBatch.Progress;
import io.skywire.sink.write.EventBatch.Refusal;
import io.skywire.sink.write.EventBatch.Refused;
import io.skywire.sink.write.EventStore.TrimmedRange;
import io.skywire.sink.write.PartitionLostException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InterruptException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The loop alone, on the test's own thread: it ends when the topic has nothing left to play. */
@Timeout(30)
class SinkTest {
  private static final Duration SHORTEST = Duration.ofMillis(20);
  private static final int BYTES_MAX = 1_000_000;

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

  private final AtomicLong nanoTime = new AtomicLong(Duration.ofHours(1).toNanos());
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Backoff backoff = new Backoff(SHORTEST, Duration.ofSeconds(30), LONGEST);
  private Instant now = Instant.parse("2026-07-04T12:00:00Z");
  private final StoringProblem problem = new StoringProblem(() -> now);
  private final DeadLetterTally letters = new DeadLetterTally(() -> now);
  private final PlayedParts parts = new PlayedParts();
  private final BatchPace pace = new BatchPace(new BatchLimits(2000, BYTES_MAX), nanoTime::get);
  private final Sink sink =
      new Sink(
          parts,
          pace,
          problem,
          letters,
          new SinkMetrics(registry, () -> now),
          backoff,
          nanoTime::get);

  private void run() throws InterruptedException {
    parts.atTheEnd = sink::stop;
    sink.run();
  }

  private void pass(Duration time) {
    nanoTime.addAndGet(time.toNanos());
  }

  private double failures(String reason) {
    return registry.get("skywire.sink.failures").tag("reason", reason).counter().count();
  }

  @Test
  void storesWhatComesAndGoesOnBehindIt() throws Exception {
    parts.polls(batch(2, 9));
    parts.trimmed.add(new TrimmedRange("skywire.events/0", 5, 8));
    parts.storings.add(() -> pass(Duration.ofMillis(40)));
    run();
    assertThat(parts.done)
        .containsExactly(
            "open", "store from 7" + parts.trimmed, "go on at 9", "learn 2", "close", "leave");
    assertThat(registry.get("skywire.sink.events").counter().count()).isEqualTo(2);
    assertThat(registry.get("skywire.sink.gaps").counter().count()).isEqualTo(1);
    assertThat(registry.get("skywire.sink.batch").timer().totalTime(TimeUnit.MILLISECONDS))
        .isEqualTo(40);
  }

  @Test
  void countsWhatItHasKeptAsDeadLetters() throws Exception {
    ConsumerRecord<byte[], byte[]> foreign =
        new ConsumerRecord<>(Topics.EVENTS, 0, 8, null, new byte[1]);
    parts.refused.add(new Refused(foreign, Refusal.NOT_AN_EVENT, "no key"));
    parts.polls(batch(2, 9));
    parts.storings.add(() -> {
      throw new SQLException("away");
    });
    parts.polls(() -> assertThat(letters.read().byReason()).isEmpty(), batch(2, 9));
    run();
    assertThat(letters.read())
        .isEqualTo(new DeadLetterCounts(now, now, Map.of("not_an_event", 1L)));
  }

  @Test
  void storesNothingWhenNothingComes() throws Exception {
    parts.polls(NOTHING);
    run();
    assertThat(parts.done).containsExactly("open", "close", "leave");
  }

  @Test
  void readsFromItsFirstPollUntilItFails() throws Exception {
    parts.openings.add(() -> assertThat(sink.isReading()).isFalse());
    parts.polls(() -> assertThat(sink.isReading()).isFalse(), NOTHING);
    parts.polls(
        () -> {
          assertThat(sink.isReading()).isTrue();
          throw new KafkaException("away");
        },
        NOTHING);
    parts.openings.add(() -> assertThat(sink.isReading()).isFalse());
    run();
    assertThat(sink.isReading()).isTrue();
    assertThat(parts.openings).isEmpty();
  }

  @Test
  void opensEverythingAnewWhenPostgresIsAway() throws Exception {
    parts.polls(batch(2, 9));
    parts.storings.add(() -> {
      throw new SQLException("away");
    });
    parts.polls(() -> assertThat(problem.words()).isEqualTo("away"), NOTHING);
    parts.polls(batch(2, 9));
    parts.polls(() -> assertThat(problem.words()).isNull(), NOTHING);
    long begun = System.nanoTime();
    run();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(SHORTEST);
    assertThat(parts.done)
        .containsExactly(
            "open",
            "store from 7[]",
            "close",
            "leave",
            "open",
            "store from 7[]",
            "go on at 9",
            "learn 2",
            "close",
            "leave");
    assertThat(failures("database")).isEqualTo(1);
    assertThat(backoff.next()).as("as for a first failure, since it stores").isEqualTo(SHORTEST);
  }

  @Test
  void whateverFailsIsTriedAgainMoreAndMoreSlowly() throws Exception {
    parts.openings.add(() -> {
      throw new ExecutionException("no answer", null);
    });
    parts.polls(
        () -> {
          throw new KafkaException("no answer");
        },
        NOTHING);
    parts.polls(batch(2, 9));
    parts.storings.add(() -> {
      throw new PartitionLostException(List.of(0));
    });
    run();
    assertThat(parts.done).filteredOn("open"::equals).hasSize(4);
    assertThat(failures("kafka")).isEqualTo(2);
    assertThat(failures("partition_lost")).isEqualTo(1);
    assertThat(backoff.next()).as("three pauses").isEqualTo(SHORTEST.multipliedBy(8));
  }

  @Test
  void whatIsStoredIsStoredAlsoWhenNothingCanBeLearntFromIt() throws Exception {
    parts.polls(batch(400, 9));
    parts.learning =
        () -> {
          throw new SQLException("away");
        };
    run();
    assertThat(parts.done)
        .containsExactly(
            "open",
            "store from 7[]",
            "go on at 9",
            "learn 400",
            "close",
            "leave",
            "open",
            "close",
            "leave");
    assertThat(parts.limits).extracting(BatchLimits::eventsMax).containsExactly(500, 500);
  }

  @Test
  void aProblemThatIsOverIsForgottenWhenThereIsNothingToStore() throws Exception {
    problem.failed("away");
    now = now.plusSeconds(31);
    parts.polls(NOTHING);
    run();
    assertThat(problem.words()).isNull();
  }

  @Test
  void fullBatchesThatAreQuickAreFollowedByLargerOnes() throws Exception {
    parts.polls(batch(500, 507));
    parts.polls(batch(1000, 1507));
    parts.storings.add(() -> pass(Duration.ofSeconds(1)));
    parts.storings.add(() -> pass(Duration.ofSeconds(3)));
    run();
    assertThat(parts.limits)
        .containsExactly(
            new BatchLimits(500, BYTES_MAX),
            new BatchLimits(1000, BYTES_MAX),
            new BatchLimits(1000, BYTES_MAX));
  }

  @Test
  void isBehindAfterABatchThatWasFullByItsBytes() throws Exception {
    parts.polls(PlayedParts.batch(12, BYTES_MAX, Map.of(0, new Progress(19, 18L))));
    boolean[] behind = new boolean[1];
    parts.learning = () -> behind[0] = pace.isBehind();
    run();
    assertThat(behind[0]).isTrue();
  }

  @Test
  void aBatchThatFailsComesAgainInParts() throws Exception {
    parts.polls(batch(400, 407));
    parts.storings.add(() -> {
      throw new SQLException("canceling statement due to statement timeout");
    });
    run();
    assertThat(parts.limits).extracting(BatchLimits::eventsMax).containsExactly(500, 200);
  }

  @Test
  void joinsAgainAfterAWhileWhereKafkaGivesItsNameToAnother() throws Exception {
    parts.polls(NOTHING);
    parts.polls(
        () -> {
          throw new FencedInstanceIdException("taken");
        },
        NOTHING);
    parts.openings.add(() -> {});
    parts.openings.add(() -> assertThat(sink.isReading()).isFalse());
    long begun = System.nanoTime();
    run();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(990));
    assertThat(parts.done).containsExactly("open", "close", "leave", "open", "close", "leave");
    assertThat(parts.openings).isEmpty();
    assertThat(failures("kafka")).as("nothing is wrong with Kafka").isZero();
  }

  @Test
  void anotherUnderItsNameIsFatal() {
    for (int time = 0; time < 3; time++) {
      parts.polls(
          () -> {
            throw new FencedInstanceIdException("taken");
          },
          NOTHING);
    }
    assertThatThrownBy(this::run)
        .isInstanceOf(FatalException.class)
        .hasMessage("another sink runs under this SKYWIRE_INSTANCE");
    assertThat(parts.done).filteredOn("leave"::equals).hasSize(3);
  }

  /** As from outside, while it works. */
  @Test
  void whoIsToldToStopPausesNoMore() throws Exception {
    parts.polls(
        () -> {
          sink.stop();
          throw new FencedInstanceIdException("taken");
        },
        NOTHING);
    long begun = System.nanoTime();
    sink.run();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMillis(900));
    assertThat(parts.done).containsExactly("open", "close", "leave");
  }

  @Test
  void anInterruptEndsIt() {
    parts.polls(
        () -> {
          throw new InterruptException("interrupted");
        },
        NOTHING);
    assertThatThrownBy(this::run).isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).as("by the exception's constructor").isTrue();
    assertThat(parts.done).containsExactly("open", "close", "leave");
  }

  /** Each step takes most of what one may take. */
  @Test
  void makesProgressAsLongAsItGoesRoundOrPauses() throws Exception {
    assertThat(sink.makesProgress()).isTrue();
    parts.openings.add(() -> {
      pass(Duration.ofHours(5));
      assertThat(sink.makesProgress()).as("migrations may take long").isTrue();
    });
    for (int step = 0; step < 3; step++) {
      parts.polls(this::stepThatIsSlow, NOTHING);
    }
    parts.polls(
        () -> {
          pass(Duration.ofMinutes(6));
          assertThat(sink.makesProgress()).as("a batch may not").isFalse();
          sink.stop();
          throw new KafkaException("away");
        },
        NOTHING);
    sink.run();
    stepThatIsSlow();
    pass(Duration.ofMinutes(2));
    assertThat(sink.makesProgress()).isFalse();
  }

  private void stepThatIsSlow() {
    pass(Duration.ofMinutes(4));
    assertThat(sink.makesProgress()).isTrue();
  }
}
