package io.skywire.common.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoopThreadTest {
  @Test
  void closingStopsTheLoopAndEndsItsThread() throws Exception {
    CountDownLatch stop = new CountDownLatch(1);
    LoopThread thread = new LoopThread("willing", loop(stop::await, stop::countDown), PATIENCE);
    thread.start();
    assertThat(thread.failure()).isNull();
    thread.close();
    thread.done().toCompletableFuture().get(5, TimeUnit.SECONDS);
    assertThat(thread.failure()).isNull();
  }

  @Test
  void aLoopThatDoesNotListenIsInterrupted() throws Exception {
    LoopThread thread =
        new LoopThread("deaf", loop(new CountDownLatch(1)::await, () -> {}), Duration.ofMillis(20));
    thread.start();
    thread.close();
    thread.done().toCompletableFuture().get(5, TimeUnit.SECONDS);
  }

  @Test
  void severalThatAreAskedFirstTakeTheTimeOfOne() throws Exception {
    Duration patience = Duration.ofSeconds(2);
    LoopThread one = new LoopThread("deaf", loop(new CountDownLatch(1)::await, () -> {}), patience);
    LoopThread other =
        new LoopThread("deaf", loop(new CountDownLatch(1)::await, () -> {}), patience);
    one.start();
    other.start();
    long begun = System.nanoTime();
    one.stop();
    other.stop();
    one.close();
    other.close();
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .isBetween(patience, patience.multipliedBy(2).minusMillis(200));
    one.done().toCompletableFuture().get(5, TimeUnit.SECONDS);
    other.done().toCompletableFuture().get(5, TimeUnit.SECONDS);
  }

  @Test
  void theErrorThatEndedALoopIsToldToWhoWaits() {
    LoopThread thread =
        new LoopThread(
            "broken",
            loop(
                () -> {
                  throw new FatalException("cannot go on");
                },
                () -> {}),
            PATIENCE);
    thread.start();
    assertThatThrownBy(() -> thread.done().toCompletableFuture().get(5, TimeUnit.SECONDS))
        .cause()
        .isInstanceOf(FatalException.class)
        .hasMessage("cannot go on");
    assertThat(thread.done().toCompletableFuture()).isCompletedExceptionally();
    assertThat(thread.failure()).isInstanceOf(FatalException.class).hasMessage("cannot go on");
  }

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private interface Body {
    void run() throws InterruptedException;
  }

  private static Loop loop(Body body, Runnable stop) {
    return new Loop() {
      @Override
      public void run() throws InterruptedException {
        body.run();
      }

      @Override
      public void stop() {
        stop.run();
      }
    };
  }
}
