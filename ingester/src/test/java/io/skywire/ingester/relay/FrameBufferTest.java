package io.skywire.ingester.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class FrameBufferTest {
  private static final byte[] FRAME = new byte[10];

  private final AtomicInteger rooms = new AtomicInteger();
  private final AtomicLong now = new AtomicLong(1_000);
  private final FrameBuffer buffer =
      new FrameBuffer(
          RelayLimits.defaults().withBuffer(4, 1_000, Duration.ofSeconds(30)),
          rooms::incrementAndGet,
          now::get);

  private void fill() {
    for (int i = buffer.frames(); i < 3; i++) {
      assertThat(buffer.add(FRAME)).isTrue();
    }
    assertThat(buffer.add(FRAME)).isFalse();
  }

  private void take(int frames) throws Exception {
    assertThat(buffer.take(frames, Long.MAX_VALUE, Duration.ZERO)).hasSize(frames);
  }

  @Test
  void isFullAtItsBoundsAndHasRoomAtHalfOfThem() throws Exception {
    fill();
    take(1);
    assertThat(rooms).hasValue(0);
    take(1);
    assertThat(rooms).hasValue(1);
    assertThat(buffer.add(new byte[980])).isFalse();
    assertThat(buffer.frames()).isEqualTo(3);
    assertThat(buffer.bytes()).isEqualTo(1_000);
  }

  @Test
  void isFullUntilThereIsRoomHoweverMuchIsTakenOfIt() throws Exception {
    assertThat(buffer.fullNanos()).isZero();
    fill();
    now.addAndGet(20);
    take(1);
    now.addAndGet(10);
    assertThat(buffer.fullNanos()).isEqualTo(30);
    take(1);
    assertThat(buffer.fullNanos()).isZero();
  }

  @Test
  void countsAnewWhenItIsFullAgain() throws Exception {
    fill();
    now.addAndGet(20);
    take(4);
    now.addAndGet(100);
    fill();
    now.addAndGet(5);
    assertThat(buffer.fullNanos()).isEqualTo(5);
  }

  @Test
  void hasRoomOnlyWhenItsBytesAreHalfGoneToo() throws Exception {
    buffer.add(new byte[400]);
    assertThat(buffer.add(new byte[600])).isFalse();
    take(1);
    assertThat(rooms).as("600 of 1,000 bytes").hasValue(0);
    assertThat(buffer.add(FRAME)).isFalse();
    take(1);
    assertThat(rooms).hasValue(1);
    assertThat(buffer.add(FRAME)).isTrue();
  }

  @Test
  void hasRoomWhenJustHalfOfItsBytesAreGone() throws Exception {
    buffer.add(new byte[500]);
    assertThat(buffer.add(new byte[500])).isFalse();
    take(1);
    assertThat(rooms).hasValue(1);
  }

  @Test
  @Timeout(60)
  void whoWaitsIsWokenByAFrameAndByTheEnd() throws Exception {
    FutureTask<List<byte[]>> frame = takeAsSoonAsThereIsOne();
    buffer.add(FRAME);
    assertThat(frame.get()).containsExactly(FRAME);
    FutureTask<List<byte[]>> none = takeAsSoonAsThereIsOne();
    buffer.end(new RelayDisconnectedException("over"));
    assertThatThrownBy(none::get).hasCauseInstanceOf(RelayDisconnectedException.class);
  }

  private FutureTask<List<byte[]>> takeAsSoonAsThereIsOne() {
    FutureTask<List<byte[]>> taking = new FutureTask<>(() -> buffer.take(1, 1, Duration.ofDays(1)));
    Thread taker = Thread.ofPlatform().daemon().start(taking);
    while (taker.getState() != Thread.State.TIMED_WAITING && !taking.isDone()) {
      Thread.onSpinWait();
    }
    return taking;
  }

  @Test
  @Timeout(60)
  void noCallLeavesItLocked() throws Exception {
    List<Callable<?>> calls =
        List.of(
            () -> buffer.add(FRAME),
            () -> buffer.take(1, 1, Duration.ZERO),
            buffer::fullNanos,
            buffer::frames,
            buffer::bytes,
            Executors.callable(() -> buffer.end(new RelayDisconnectedException("over"))),
            () -> buffer.add(FRAME),
            Executors.callable(() -> buffer.close(new RelayDisconnectedException("left"))));
    for (Callable<?> call : calls) {
      call.call();
      CompletableFuture.supplyAsync(buffer::frames).get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void isAskedForFramesOrBytesAndGivesOneAtLeast() throws Exception {
    fill();
    assertThat(buffer.take(2, Long.MAX_VALUE, Duration.ZERO)).hasSize(2);
    fill();
    assertThat(buffer.take(4, 20, Duration.ZERO)).hasSize(2);
    assertThat(buffer.take(4, 11, Duration.ZERO)).hasSize(2);
    assertThat(buffer.take(4, 11, Duration.ZERO)).isEmpty();
    fill();
    assertThat(buffer.take(0, 0, Duration.ZERO)).hasSize(1);
  }

  @Test
  void isReadToItsEndAndTellsTheFirstReason() throws Exception {
    buffer.add(FRAME);
    buffer.end(new RelayDisconnectedException("first"));
    buffer.end(new RelayDisconnectedException("second"));
    take(1);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> take(0))
          .isInstanceOf(RelayDisconnectedException.class)
          .hasMessage("first");
    }
  }

  @Test
  void keepsNothingOnceItIsClosed() {
    buffer.add(FRAME);
    buffer.close(new RelayDisconnectedException("left"));
    assertThat(buffer.add(FRAME)).isTrue();
    assertThat(buffer.frames()).isZero();
    assertThatThrownBy(() -> take(1)).hasMessage("left");
  }
}
