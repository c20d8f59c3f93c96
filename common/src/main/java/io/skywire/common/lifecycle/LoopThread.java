package io.skywire.common.lifecycle;

import io.skywire.common.settings.InvalidSettingException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the thread of one {@link Loop}, from construction to {@link #close}. Closing asks the loop
 * to stop, interrupts it when it has not ended in time, and gives up on it (the thread is a daemon)
 * after the same time again: a shutdown is bounded whatever the loop waits for.
 */
public final class LoopThread implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LoopThread.class);

  private final Loop loop;
  private final Duration patience;
  private final Thread thread;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private @Nullable Long askedAt;

  public LoopThread(String name, Loop loop, Duration patience) {
    this.loop = loop;
    this.patience = patience;
    this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::runLoop);
  }

  public void start() {
    thread.start();
  }

  /** Completes when the loop has ended; exceptionally when it ended by an error. */
  public CompletionStage<Void> done() {
    return done.copy();
  }

  /** The error that the loop has ended by, null otherwise. */
  public @Nullable Throwable failure() {
    return done.state() == Future.State.FAILED ? done.exceptionNow() : null;
  }

  /** Whether the loop has not ended yet, by itself or by an error. */
  public boolean isRunning() {
    return !done.isDone();
  }

  /** Asks the loop to stop, and waits for nothing: who closes several asks all of them first. */
  public void stop() {
    ask();
  }

  @Override
  public void close() {
    Duration left = patience.minusNanos(System.nanoTime() - ask());
    try {
      if (thread.isAlive() && !thread.join(left)) {
        log.warn("{} has not stopped within {}; interrupting it", thread.getName(), patience);
        thread.interrupt();
        if (!thread.join(patience)) {
          log.warn("{} does not end; left behind", thread.getName());
        }
      }
    } catch (InterruptedException interrupted) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  /** Answers when the loop was asked for the first time. */
  private synchronized long ask() {
    loop.stop();
    if (askedAt == null) {
      askedAt = System.nanoTime();
    }
    return askedAt;
  }

  private void runLoop() {
    try {
      loop.run();
      done.complete(null);
    } catch (InterruptedException interrupted) {
      done.complete(null);
    } catch (RuntimeException | Error failure) {
      tell(failure);
      done.completeExceptionally(failure);
    }
  }

  /** For the loops whose end nobody waits for. What an operator can mend needs no stack. */
  private void tell(Throwable failure) {
    if (failure instanceof FatalException || failure instanceof InvalidSettingException) {
      log.error("{} has ended: {}", thread.getName(), failure.getMessage());
    } else {
      log.error("{} has ended by an error", thread.getName(), failure);
    }
  }
}
