package io.skywire.sink;

import io.skywire.common.lifecycle.Backoff;
import io.skywire.common.lifecycle.FatalException;
import io.skywire.common.lifecycle.Incident;
import io.skywire.common.lifecycle.Loop;
import io.skywire.common.lifecycle.Pulse;
import io.skywire.common.lifecycle.RootCause;
import io.skywire.common.topic.DeadLetterTally;
import io.skywire.common.topic.NameConflicts;
import io.skywire.sink.status.StoringProblem;
import io.skywire.sink.write.BatchPace;
import io.skywire.sink.write.BatchStore;
import io.skywire.sink.write.EventBatch;
import io.skywire.sink.write.EventSource;
import io.skywire.sink.write.EventStore;
import io.skywire.sink.write.PartitionLostException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sink's loop: reads a batch of the topic and stores it, rows and offsets in one PostgreSQL
 * transaction. Whatever fails, the way on is the same as at the start: open a consumer, which seeks
 * to where the table has got, and read. Runs on one thread.
 */
public final class Sink implements Loop {
  private static final Logger log = LoggerFactory.getLogger(Sink.class);

  /** How long an idle consumer waits before it looks whether to stop. */
  private static final Duration IDLE = Duration.ofMillis(100);

  /** A statement ends after 50 s, and few of a batch take long; Kafka's answers are bounded too. */
  private static final Duration STEP_MAX = Duration.ofMinutes(5);

  /** Opening applies the migrations, which take as long as the tables are large. */
  private static final Duration OPEN_MAX = Duration.ofHours(6);

  private final Connections connections;
  private final BatchPace pace;
  private final StoringProblem problem;
  private final DeadLetterTally letters;
  private final SinkMetrics metrics;
  private final Backoff backoff;
  private final LongSupplier nanoTime;
  private final Pulse pulse;
  private final NameConflicts conflicts;
  private final Incident incident;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile boolean reading;

  /** What the loop works with, opened anew after each failure. Whoever opens closes. */
  interface Connections {
    /** Joins the group; {@link #store} then belongs to the source that this answers. */
    EventSource open() throws SQLException, ExecutionException, InterruptedException;

    BatchStore store();

    /** What went wrong in one line, and with which database when it was that. */
    String describe(Exception failure);
  }

  /**
   * @param problem where the loop says why it cannot store
   * @param letters where it counts what it has kept as dead letters
   * @param nanoTime as {@link System#nanoTime}
   */
  Sink(
      Connections connections,
      BatchPace pace,
      StoringProblem problem,
      DeadLetterTally letters,
      SinkMetrics metrics,
      Backoff backoff,
      LongSupplier nanoTime) {
    this.connections = connections;
    this.pace = pace;
    this.problem = problem;
    this.letters = letters;
    this.metrics = metrics;
    this.backoff = backoff;
    this.nanoTime = nanoTime;
    this.pulse = new Pulse(STEP_MAX, nanoTime);
    this.conflicts = new NameConflicts(nanoTime);
    this.incident = new Incident(log, "events are stored", nanoTime);
  }

  @Override
  public void run() throws InterruptedException {
    while (running()) {
      pulse.beat(OPEN_MAX);
      try (EventSource events = connections.open();
          BatchStore store = connections.store()) {
        while (running()) {
          pulse.beat(STEP_MAX);
          EventBatch batch = events.poll(IDLE, pace.limits());
          reading = true;
          if (batch.isEmpty()) {
            problem.idle();
            pace.idle();
            continue;
          }
          pace.begin(batch.records(), batch.bytes());
          List<EventStore.TrimmedRange> trimmed = events.trimmedBefore(batch);
          long begun = nanoTime.getAsLong();
          EventStore.Outcome outcome = store.store(batch, events.progress(), trimmed);
          Duration took = Duration.ofNanos(nanoTime.getAsLong() - begun);
          pace.stored();
          events.stored(batch);
          metrics.stored(batch, outcome, took);
          outcome.refused().forEach(refused -> letters.kept(refused.why().label()));
          metrics.trimmed(trimmed.size());
          problem.stored();
          backoff.reset();
          incident.over();
          store.learn(batch);
        }
      } catch (FencedInstanceIdException taken) {
        nameTaken(taken);
      } catch (InterruptException interrupted) {
        throw new InterruptedException("interrupted while talking to Kafka");
      } catch (SQLException | KafkaException | ExecutionException | PartitionLostException e) {
        pauseAfter(e);
      }
    }
  }

  @Override
  public void stop() {
    stopped.countDown();
  }

  /** Whether the loop goes round, or pauses. False only where a restart would help. Any thread. */
  public boolean makesProgress() {
    return pulse.isAlive();
  }

  /** Whether it has read of the topic since it last failed. Any thread. */
  public boolean isReading() {
    return reading;
  }

  private boolean running() {
    return stopped.getCount() > 0;
  }

  /**
   * @throws FatalException when it has been so again and again
   */
  private void nameTaken(FencedInstanceIdException taken) throws InterruptedException {
    if (conflicts.add()) {
      throw new FatalException("another sink runs under this SKYWIRE_INSTANCE", taken);
    }
    reading = false;
    log.warn("Kafka says that another sink has this SKYWIRE_INSTANCE; joining again");
    pause(NameConflicts.PAUSE);
  }

  private void pauseAfter(Exception failure) throws InterruptedException {
    reading = false;
    Duration pause = backoff.next();
    incident.failed("storing failed: " + connections.describe(failure), failure);
    metrics.failed(failure);
    pace.failed();
    // Health shows it to everybody, so not with which database.
    problem.failed(RootCause.line(failure));
    pause(pause);
  }

  private void pause(Duration pause) throws InterruptedException {
    pulse.beat(pause.plus(STEP_MAX));
    if (stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
      log.info("stopping");
    }
  }
}
