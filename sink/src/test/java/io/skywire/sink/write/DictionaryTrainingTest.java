package io.skywire.sink.write;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDictCompress;
import com.github.luben.zstd.ZstdDictDecompress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DictionaryTrainingTest {
  private static final Duration WEEK = Duration.ofDays(7);
  private static final int ENOUGH = 5 * 3_999 + 1;

  private final DictionaryTraining training = new DictionaryTraining();

  @Test
  void aDictionaryIsGoodForAWeek() {
    assertThat(DictionaryTraining.nextAfter(0)).isEqualTo(WEEK);
    assertThat(DictionaryTraining.nextAfter(WEEK.toSeconds() - 1)).isEqualTo(Duration.ofSeconds(1));
    assertThat(DictionaryTraining.nextAfter(WEEK.toSeconds() + 1)).isZero();
  }

  @Test
  void oneEventInFiveIsASample() {
    see(ENOUGH - 1);
    assertThat(training.hasEnough()).isFalse();
    see(1);
    assertThat(training.hasEnough()).isTrue();
    see(100);
    assertThat(training.hasEnough()).isTrue();
    training.clear();
    assertThat(training.hasEnough()).isFalse();
    see(ENOUGH);
    assertThat(training.hasEnough()).isTrue();
  }

  @Test
  void whatEventsHaveInCommonIsShorterWithADictionary() {
    see(ENOUGH);
    byte[] dictionary = training.train();
    assertThat(dictionary).hasSizeLessThanOrEqualTo(16 * 1024);
    byte[] event = event(1_000_000);
    try (ZstdDictCompress compress = new ZstdDictCompress(dictionary, 1);
        ZstdDictDecompress decompress = new ZstdDictDecompress(dictionary)) {
      byte[] frame = Zstd.compress(event, compress);
      assertThat(frame).hasSizeLessThan(Zstd.compress(event, 1).length);
      assertThat(Zstd.decompress(frame, decompress, event.length)).isEqualTo(event);
    }
  }

  private void see(int events) {
    for (int number = 0; number < events; number++) {
      training.see(event(number));
    }
  }

  private static byte[] event(int number) {
    return "{\"event_type\":\"commit\",\"repo\":\"did:plc:%x\",\"action\":\"create\"}"
        .formatted(number * 7_919L)
        .getBytes(StandardCharsets.UTF_8);
  }
}
