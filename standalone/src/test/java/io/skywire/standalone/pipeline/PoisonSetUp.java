package io.skywire.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.ingester.Patience;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/**
 * A pipeline for all tests of a class, and what holds whatever has poisoned it: every good event is
 * readable once and in order.
 */
abstract class PoisonSetUp {
  /** What a frame is cut to. */
  static final int FRAME_BYTES_MAX = 5 * 1024 * 1024 + 64 * 1024;

  /** For 60 s: a relay may be silent for less, and a frame must be whole within it. */
  static final Duration SILENCE_MAX = Duration.ofSeconds(4);

  /** What is promised of the next good event. */
  static final Duration READABLE_WITHIN = Duration.ofSeconds(1);

  private static final Patience PATIENCE =
      new Patience(
          Duration.ofSeconds(1),
          SILENCE_MAX,
          Patience.defaults().requestMax(),
          Patience.defaults().deliveryMax());

  static PoisonedPipeline poisoned;

  @BeforeAll
  static void start() throws Exception {
    poisoned = new PoisonedPipeline(PATIENCE);
    poisoned.sendGood("the start");
  }

  @AfterAll
  static void stop() throws IOException {
    poisoned.close();
  }

  @BeforeEach
  void forgetLetters() {
    poisoned.letters().next();
  }

  @AfterEach
  void everyEventIsReadableOnceAndInOrder() throws Exception {
    poisoned.sendGood("the test");
    assertThat(poisoned.readableEvents()).isEqualTo(poisoned.expectedEvents());
  }

  static void assertThatTheFrameIsALetter(@Nullable Long seq, byte[] frame, String reason) {
    List<ConsumerRecord<byte[], byte[]>> letters = poisoned.letters().next();
    assertThat(letters).hasSize(1);
    ConsumerRecord<byte[], byte[]> letter = letters.getFirst();
    assertThat(letter.value())
        .isEqualTo(Arrays.copyOf(frame, Math.min(frame.length, FRAME_BYTES_MAX)));
    assertThat(LettersInTopic.header(letter, "reason")).isEqualTo(reason);
    assertThat(LettersInTopic.header(letter, "stage")).isEqualTo("decode");
    assertThat(LettersInTopic.header(letter, "relay")).startsWith("127.0.0.1:");
    assertThat(LettersInTopic.header(letter, "detail")).isNotBlank().matches("[ -~]{1,300}");
    if (seq == null) {
      assertThat(letter.key()).isNull();
    } else {
      assertThat(ByteBuffer.wrap(letter.key()).getLong()).isEqualTo(seq);
    }
  }
}
