package io.skywire.common.compression;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDictTrainer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Compared with what the library itself reads. */
class FrameHeaderTest {
  private static final long SEED = System.nanoTime();

  private final Random random = new Random(SEED);

  @Test
  void theDictionaryIsReadWhereverAFrameStands() {
    byte[] dictionary = dictionary();
    int id = (int) Zstd.getDictIdFromDict(dictionary);
    assertThat(id).isNotZero();
    for (int size : new int[] {0, 10, 200, 300, 70_000, 3_000_000}) {
      byte[] event = text(size);
      assertThat(among(compress(event, null))).as("none, %d bytes", size).isZero();
      assertThat(among(compress(event, dictionary))).as("one, %d bytes", size).isEqualTo(id);
    }
  }

  /** What the library takes for no header at all is refused when it is decompressed. */
  @Test
  void whateverTheBytesAreItReadsNoneBehindThemAndTheSameAsTheLibrary() {
    System.out.println("seed " + SEED);
    byte[] dictionary = dictionary();
    byte[] frame = compress(text(500), dictionary);
    assertThat(FrameHeader.dictionary(frame, 1, frame.length - 1)).as("another magic").isZero();
    int same = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] damaged = Arrays.copyOf(frame, random.nextInt(20));
      if (damaged.length > 4) {
        damaged[4 + random.nextInt(damaged.length - 4)] = (byte) random.nextInt();
      }
      int read = FrameHeader.dictionary(damaged, 0, damaged.length);
      int expected = library(damaged);
      if (expected != 0) {
        assertThat(read).as(Arrays.toString(damaged)).isEqualTo(expected);
        same++;
      }
    }
    assertThat(same).isGreaterThan(1_000);
  }

  private static int library(byte[] frame) {
    return (int) Zstd.getDictIdFromFrame(frame);
  }

  /** What is read of it between other bytes. */
  private int among(byte[] frame) {
    byte[] bytes = new byte[frame.length + 20];
    random.nextBytes(bytes);
    System.arraycopy(frame, 0, bytes, 7, frame.length);
    return FrameHeader.dictionary(bytes, 7, frame.length);
  }

  private byte[] dictionary() {
    ZstdDictTrainer trainer = new ZstdDictTrainer(1024 * 1024, 4 * 1024);
    for (int sample = 0; sample < 1_000; sample++) {
      trainer.addSample(text(300));
    }
    return trainer.trainSamples();
  }

  private byte[] text(int size) {
    StringBuilder text = new StringBuilder("{\"seq\":" + random.nextInt() + ",\"repo\":\"did:plc:");
    while (text.length() < size) {
      text.append(Integer.toString(random.nextInt(1_000_000), 36)).append("\",\"text\":\"");
    }
    text.setLength(size);
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] compress(byte[] event, byte @Nullable [] dictionary) {
    try (ZstdCompressCtx context = new ZstdCompressCtx()) {
      if (dictionary != null) {
        context.loadDict(dictionary);
      }
      return context.compress(event);
    }
  }
}
