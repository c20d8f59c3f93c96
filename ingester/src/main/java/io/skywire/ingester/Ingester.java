package io.skywire.ingester;

import io.skywire.common.lifecycle.Backoff;
import io.skywire.common.lifecycle.FatalException;
import io.skywire.common.lifecycle.Incident;
import io.skywire.common.lifecycle.Loop;
import io.skywire.common.lifecycle.Pulse;
import io.skywire.common.topic.Gap;
import io.skywire.common.topic.NameConflicts;
import io.skywire.ingester.atproto.FrameDecoder;
import io.skywire.ingester.publish.Batch;
import io.skywire.ingester.publish.Cursor;
import io.skywire.ingester.publish.EventPublisher;
import io.skywire.ingester.publish.FencedException;
import io.skywire.ingester.publish.Leadership;
import io.skywire.ingester.publish.PublishFailedException;
import io.skywire.ingester.relay.FrameSource;
import io.skywire.ingester.relay.RelayDisconnectedException;
import io.skywire.ingester.status.StatusBoard;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ingester's loop: waits to lead, then takes frames from the relay and publishes them with the
 * cursor that covers them. Whatever fails, the way on is the same as at the start: open a
 * publisher, which fences the one before it, read the committed cursor, connect. Runs on one
 * thread; while the relay is ahead by a batch and more, batches are committed on another one, so
 * that the next is decoded meanwhile.
 */
public final class Ingester implements Loop {
  private static final Logger log = LoggerFactory.getLogger(Ingester.class);

  /** How long to wait for a frame before looking whether to stop and whether we still lead. */
  private static final Duration IDLE = Duration.ofMillis(100);

  /** What lasts so long is no session of a relay that hangs up on every client. */
  private static final Duration STEADY = Duration.ofSeconds(5);

  /** The longest pause after a session that was shorter, but brought something. */
  private static final Duration FLAPPING_PAUSE_MAX = Duration.ofSeconds(1);

  /** A relay may ask us to stay away, but not for ever. */
  private static final Duration RETRY_AFTER_MAX = Duration.ofMinutes(5);

  /** Leaves whoever has fenced us the time to write what it came for, such as a cursor. */
  private static final Duration FENCED_PAUSE = Duration.ofSeconds(2);

  /** Kafka's answers and the relay's handshake are bounded, and together far below this. */
  private static final Duration STEP_MAX = Duration.ofMinutes(2);

  /** Of the bytes of a batch's frames: two batches are in memory then. */
  private static final int AHEAD_PART = 4;

  private final Connections connections;
  private final IngesterSettings settings;
  private final FrameDecoder decoder = new FrameDecoder();
  private final StatusBoard status;
  private final IngesterMetrics metrics;
  private final Pulse pulse;
  private final Backoff backoff;
  private final InstantSource clock;
  private final NameConflicts conflicts;
  private final Incident incident;
  private final CountDownLatch stopped = new CountDownLatch(1);

  /** What the loop works with, opened anew after each failure. Whoever opens closes. */
  interface Connections {
    /** Joins the ingesters of which one leads. */
    Leadership joinGroup() throws ExecutionException, InterruptedException;

    /** Fences whoever publishes this relay now. */
    EventPublisher openPublisher() throws FencedException, PublishFailedException;

    FrameSource subscribe(@Nullable Long cursor)
        throws RelayDisconnectedException, InterruptedException;
  }

  /**
   * @param clock says when events are indexed
   * @param nanoTime as {@link System#nanoTime}, for whether the loop makes progress, and how often
   *     its name is another's
   */
  Ingester(
      Connections connections,
      IngesterSettings settings,
      StatusBoard status,
      IngesterMetrics metrics,
      Backoff backoff,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.connections = connections;
    this.settings = settings;
    this.status = status;
    this.metrics = metrics;
    this.backoff = backoff;
    this.clock = clock;
    this.pulse = new Pulse(STEP_MAX, nanoTime);
    this.conflicts = new NameConflicts(nanoTime);
    this.incident = new Incident(log, "events are published", nanoTime);
  }

  @Override
  public void run() throws InterruptedException {
    while (running()) {
      try (Leadership leadership = connections.joinGroup()) {
        while (running()) {
          beat(leadership);
          if (leadership.await(IDLE)) {
            if (leadership.isConfirmed()) {
              ingest(leadership);
            } else {
              pause(IDLE);
            }
          } else {
            status.standby();
          }
        }
      } catch (FencedInstanceIdException taken) {
        nameTaken(taken);
      } catch (InterruptException interrupted) {
        throw new InterruptedException("interrupted while talking to Kafka");
      } catch (KafkaException | ExecutionException failure) {
        pauseAfter(failure, null);
      } finally {
        status.standby();
        status.member(false);
      }
    }
  }

  /** Whether the loop goes round, or pauses. False only where a restart would help. Any thread. */
  public boolean makesProgress() {
    return pulse.isAlive();
  }

  private void beat(Leadership leadership) {
    pulse.beat(STEP_MAX);
    status.member(leadership.isMember());
  }

  @Override
  public void stop() {
    stopped.countDown();
  }

  /** One session with the relay: ends with it, with the leadership, or when told to stop. */
  private void ingest(Leadership leadership) throws InterruptedException {
    try (EventPublisher publisher = connections.openPublisher()) {
      Cursor committed = publisher.committedCursor();
      Long cursor = committed == null ? null : committed.seq();
      status.leading(cursor);
      publisher.publishWatermarks();
      try (FrameSource frames = connections.subscribe(cursor == null ? settings.start() : cursor);
          Committer committer = new Committer(publisher, metrics)) {
        log.info("relay {}: connected, cursor {}", settings.relayName(), cursor);
        status.connected();
        metrics.session(frames);
        Instant began = clock.instant();
        Session session = new Session(settings, committed, decoder, metrics);
        Made next = null;
        while (running() && leadership.held()) {
          beat(leadership);
          Made made = next == null ? make(session, frames, settings.batchBytesMax()) : next;
          next = null;
          if (!made.batch().isEmpty()) {
            next = publish(made.batch(), committer, session, frames);
            tell(made, began);
          }
        }
      } finally {
        metrics.session(null);
      }
    } catch (FencedException fenced) {
      // Still a member of the group: whether we lead is told by it, and not by who fences last.
      log.warn("{}; standing by", fenced.getMessage());
      metrics.fenced();
      status.standby();
      pause(FENCED_PAUSE);
    } catch (PublishFailedException failed) {
      // Still a member here too: to join anew would take the name from who else may have it now.
      metrics.publishFailed();
      status.disconnected(String.valueOf(failed.getMessage()));
      pauseAfter(failed, null);
    } catch (RelayDisconnectedException ended) {
      metrics.disconnected();
      status.disconnected(String.valueOf(ended.getMessage()));
      pauseAfter(ended, ended.retryAfter().orElse(null));
    }
  }

  /**
   * @param at when its frames were taken
   */
  private record Made(Batch batch, Instant at) {}

  private Made make(Session session, FrameSource frames, long bytesMax)
      throws RelayDisconnectedException, InterruptedException {
    List<byte[]> taken =
        session.wantsFrames() ? frames.take(settings.batchEventsMax(), bytesMax, IDLE) : List.of();
    metrics.taken(taken);
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    return new Made(session.next(taken, now), now);
  }

  /**
   * @return the batch after it, where that one had no more frames to wait for
   */
  private @Nullable Made publish(
      Batch batch, Committer committer, Session session, FrameSource frames)
      throws RelayDisconnectedException,
          FencedException,
          PublishFailedException,
          InterruptedException {
    if (session.wantsFrames() && frames.waiting() >= settings.batchEventsMax()) {
      return committer.publish(
          batch, () -> make(session, frames, settings.batchBytesMax() / AHEAD_PART));
    }
    // What comes in meanwhile is all of the next one.
    committer.publish(batch);
    return null;
  }

  private void tell(Made made, Instant began) {
    Batch batch = made.batch();
    tell(batch.gap());
    batch.deadLetters().forEach(letter -> status.kept(letter.reason()));
    status.framesCameIn(made.at());
    Cursor cursor = batch.cursor();
    if (cursor != null) {
      status.published(cursor.seq(), cursor.time());
      if (made.at().isAfter(began.plus(STEADY))) {
        backoff.reset();
        incident.over();
      } else {
        backoff.limit(FLAPPING_PAUSE_MAX);
      }
    }
  }

  /** Only what is committed: before, it may come to nothing, and is then found again. */
  private static void tell(@Nullable Gap gap) {
    if (gap != null) {
      log.error(
          "relay {}: the events between seq {} and {} are lost: {}",
          gap.relay(),
          gap.fromSeq(),
          gap.toSeq(),
          gap.reason());
    }
  }

  /**
   * @throws FatalException when it has been so again and again
   */
  private void nameTaken(FencedInstanceIdException taken) throws InterruptedException {
    if (conflicts.add()) {
      throw new FatalException("another ingester runs under this SKYWIRE_INSTANCE", taken);
    }
    log.warn("Kafka says that another ingester has this SKYWIRE_INSTANCE; joining again");
    pause(NameConflicts.PAUSE);
  }

  private boolean running() {
    return stopped.getCount() > 0;
  }

  private void pauseAfter(Exception failure, @Nullable Duration retryAfter)
      throws InterruptedException {
    Duration pause = pauseOf(backoff.next(), retryAfter);
    incident.failed(String.valueOf(failure.getMessage()), failure);
    pause(pause);
  }

  /** As long as the relay asks for, where that is longer than ours, but not for ever. */
  static Duration pauseOf(Duration ours, @Nullable Duration retryAfter) {
    if (retryAfter == null || retryAfter.compareTo(ours) <= 0) {
      return ours;
    }
    return retryAfter.compareTo(RETRY_AFTER_MAX) < 0 ? retryAfter : RETRY_AFTER_MAX;
  }

  private void pause(Duration pause) throws InterruptedException {
    pulse.beat(pause.plus(STEP_MAX));
    if (stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
      log.info("stopping");
    }
  }
}
