package io.skywire.embedded.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The loop that emits: takes frames from the source at the chosen rate, writes them to ledger and
 * log, and says so. Runs on a thread of its own; rate and limit may be changed by any. The pace is
 * kept in small ticks, so that a rate is even and never a burst a second.
 */
final class Emitter implements AutoCloseable {
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final int BATCH_EVENTS_MAX = 256;

  private final FrameSource source;
  private final EventLog log;
  private final Ledger ledger;
  private final InstantSource clock;
  private final Runnable announce;
  private final Thread thread;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private int rate;
  private long limit;
  private long toSkip;
  private boolean closed;
  private boolean exhausted;
  private double owed;
  private long paidAt;

  Emitter(
      FrameSource source,
      EventLog log,
      Ledger ledger,
      SimulatorSettings settings,
      Runnable announce) {
    this.source = source;
    this.log = log;
    this.ledger = ledger;
    this.clock = settings.clock();
    this.rate = settings.rate();
    this.limit = settings.limit();
    this.announce = announce;
    this.thread = Thread.ofPlatform().name("relay-simulator").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  void rate(int eventsPerSecond) {
    change(() -> rate = eventsPerSecond);
  }

  void limit(long events) {
    change(() -> limit = events);
  }

  /** Before the next one that is emitted; those skipped count towards the limit. */
  void skip(long events) {
    change(() -> toSkip += events);
  }

  @Override
  public void close() {
    change(() -> closed = true);
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    paidAt = System.nanoTime();
    try {
      for (int due = awaitDue(); due > 0; due = awaitDue()) {
        emit(due);
        announce.run();
      }
    } catch (IOException failure) {
      throw new UncheckedIOException("the simulator's log cannot be written", failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void emit(int events) throws IOException {
    skipWhatIsToBe();
    List<SimulatedEvent> batch = make(events);
    // The ledger first: an entry too many is cut off at the next start, one too few would be a lie.
    ledger.append(batch);
    log.append(batch);
  }

  private void skipWhatIsToBe() throws IOException {
    long skipping = owedSkips();
    for (long left = skipping; left > 0; left -= BATCH_EVENTS_MAX) {
      ledger.append(make((int) Math.min(left, BATCH_EVENTS_MAX)));
    }
    if (skipping > 0) {
      log.skip(skipping);
      change(() -> toSkip -= skipping);
    }
  }

  private long owedSkips() {
    lock.lock();
    try {
      return toSkip;
    } finally {
      lock.unlock();
    }
  }

  private List<SimulatedEvent> make(int events) {
    List<SimulatedEvent> batch = new ArrayList<>(events);
    for (int i = 0; i < events && !exhausted; i++) {
      SimulatedEvent event = source.next(clock.instant());
      if (event == null) {
        exhausted = true;
      } else {
        batch.add(event);
      }
    }
    return batch;
  }

  /** Waits until events are due and says how many; 0 when closed. */
  private int awaitDue() throws InterruptedException {
    lock.lock();
    try {
      while (!closed) {
        int due = due();
        if (due > 0) {
          return due;
        }
        changed.awaitNanos(TICK_NANOS);
      }
      return 0;
    } finally {
      lock.unlock();
    }
  }

  private int due() {
    long now = System.nanoTime();
    long elapsed = now - paidAt;
    paidAt = now;
    long left =
        exhausted ? 0 : limit == 0 ? Long.MAX_VALUE : Math.max(0, limit - log.end() - toSkip);
    if (left == 0) {
      owed = 0;
      return 0;
    }
    if (rate == 0) {
      return (int) Math.min(left, BATCH_EVENTS_MAX);
    }
    // Catches up on a second at most, lest a long pause end in a flood.
    owed = Math.min(owed + (double) rate * elapsed / 1e9, rate);
    int due = (int) Math.min(left, Math.min((long) owed, BATCH_EVENTS_MAX));
    owed -= due;
    return due;
  }

  private void change(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
