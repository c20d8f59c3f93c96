package io.skywire.ingester.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

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
}
