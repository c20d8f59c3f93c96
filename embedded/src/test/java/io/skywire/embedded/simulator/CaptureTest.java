package io.skywire.embedded.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaptureTest {
  private static final List<byte[]> FRAMES =
      List.of(new byte[] {1}, new byte[300], new byte[] {4, 5, 6});

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"false,false", "false,true", "true,false", "true,true"})
  void readsEitherOrderOfBytesPlainOrCompressed(boolean bigEndian, boolean compressed)
      throws IOException {
    byte[] content = bytes(FRAMES, bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    Path file = folder.resolve("capture");
    Files.write(file, compressed ? Zstd.compress(content) : content);

    assertThat(Capture.read(file).frames()).containsExactlyElementsOf(FRAMES);
  }

  @Test
  void refusesWhatIsNoCapture() throws IOException {
    Path file = Files.writeString(folder.resolve("text"), "this is a text, and no capture");

    assertThatThrownBy(() -> Capture.read(file)).isInstanceOf(IOException.class);
  }

  @Test
  void readsTheCapturesOfTheCorpus() throws IOException {
    Capture relay = Capture.read(Corpus.file("relay-2026-07-04/frames.bin.zst"));
    assertThat(relay.frames()).hasSize(150);
    assertThat(CapturedFrames.seq(relay.frames().getFirst(), 0)).isEqualTo(31527015322L);
    assertThat(CapturedFrames.seq(relay.frames().getLast(), 0)).isEqualTo(31527015471L);

    Capture pds = Capture.read(Corpus.file("pds/frames.bin.zst"));
    assertThat(pds.frames()).hasSize(1_500);
    for (int i = 0; i < 1_500; i++) {
      assertThat(CapturedFrames.seq(pds.frames().get(i), 0)).isEqualTo(i + 1);
    }
  }

  @Test
  void frameWithoutASeqHasThatOfTheFrameBefore() {
    assertThat(CapturedFrames.seq(Frames.info("name", "message"), 5)).isEqualTo(5);
    assertThat(CapturedFrames.seq(new byte[] {(byte) 0xff, 1}, 5)).isEqualTo(5);
  }

  static Path write(Path file, List<byte[]> frames) throws IOException {
    return Files.write(file, bytes(frames, ByteOrder.LITTLE_ENDIAN));
  }

  private static byte[] bytes(List<byte[]> frames, ByteOrder order) {
    int size = frames.stream().mapToInt(frame -> 4 + frame.length).sum();
    ByteBuffer content = ByteBuffer.allocate(size).order(order);
    frames.forEach(frame -> content.putInt(frame.length).put(frame));
    return content.array();
  }
}
