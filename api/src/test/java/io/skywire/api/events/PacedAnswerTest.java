package io.skywire.api.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PacedAnswerTest {
  private static final int BYTES = 1_000_000;

  private final byte[] answer = new byte[BYTES];

  PacedAnswerTest() {
    new Random(1).nextBytes(answer);
  }

  @Test
  void whoTakesItInTimeGetsEveryByte() throws Exception {
    ByteArrayOutputStream client = new ByteArrayOutputStream();
    try (PacedAnswer paced = new PacedAnswer(client, Duration.ofMinutes(1))) {
      paced.write(answer);
      paced.write(7);
    }
    assertThat(client.size()).isEqualTo(BYTES + 1);
    assertThat(client.toByteArray()).startsWith(answer).endsWith(7);
  }

  /** Each of its reads is quick enough; all of them together are not. */
  @Test
  void whoTricklesIsCutOff() {
    Trickling client = new Trickling();
    PacedAnswer paced = new PacedAnswer(client, Duration.ofMillis(50));
    assertThatThrownBy(() -> paced.write(answer))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("PT0.05S");
    assertThat(client.taken).isPositive().isLessThan(BYTES);
  }

  private static final class Trickling extends OutputStream {
    private int taken;

    @Override
    public void write(int one) {
      taken++;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      try {
        TimeUnit.MILLISECONDS.sleep(20);
      } catch (InterruptedException ended) {
        throw new IOException(ended);
      }
      taken += length;
    }
  }
}
