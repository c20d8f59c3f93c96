package io.skywire.embedded.simulator;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Frames captured from a relay: a file of {@code [u32 length][frame]}, little or big endian, plain
 * or zstd. Which of them is found out: by zstd's magic number, and by which order of bytes makes
 * the lengths add up to the file's. Or frames that are generated. Immutable; the frames' bytes are
 * not to be changed.
 */
public final class Capture {
  /** Far beyond the 5 MB of the protocol. */
  private static final int FRAME_BYTES_MAX = 64 << 20;

  private static final int CAPTURE_BYTES_MAX = 1 << 30;
  private static final int ZSTD_MAGIC = 0xFD2FB528;

  private final List<byte[]> frames;

  private Capture(List<byte[]> frames) {
    this.frames = List.copyOf(frames);
  }

  /** Reads a capture whole; throws {@link IOException} when the file is no capture. */
  public static Capture read(Path file) throws IOException {
    byte[] content;
    try (InputStream in = decompressed(file)) {
      content = in.readNBytes(CAPTURE_BYTES_MAX);
      if (in.read() >= 0) {
        throw new IOException("a capture of more than 1 GiB: " + file);
      }
    }
    List<byte[]> frames = split(content, ByteOrder.LITTLE_ENDIAN);
    if (frames == null) {
      frames = split(content, ByteOrder.BIG_ENDIAN);
    }
    if (frames == null) {
      throw new IOException("neither order of bytes makes sense of the lengths in " + file);
    }
    return new Capture(frames);
  }

  /** As many frames as the simulator makes of a seed. */
  public static Capture generated(long seed, int count) {
    FrameGenerator generator = new FrameGenerator(seed);
    List<byte[]> frames = new ArrayList<>(count);
    for (int made = 0; made < count; made++) {
      frames.add(generator.next(FrameGenerator.BEGINNING).frame());
    }
    return new Capture(frames);
  }

  /** The frames in the order of their capture. */
  public List<byte[]> frames() {
    return frames;
  }

  private static InputStream decompressed(Path file) throws IOException {
    BufferedInputStream raw = new BufferedInputStream(Files.newInputStream(file));
    raw.mark(Integer.BYTES);
    byte[] magic = raw.readNBytes(Integer.BYTES);
    raw.reset();
    boolean zstd =
        magic.length == Integer.BYTES
            && ByteBuffer.wrap(magic).order(ByteOrder.LITTLE_ENDIAN).getInt() == ZSTD_MAGIC;
    return zstd ? new ZstdInputStream(raw) : raw;
  }

  private static @Nullable List<byte[]> split(byte[] content, ByteOrder order) {
    ByteBuffer rest = ByteBuffer.wrap(content).order(order);
    List<byte[]> frames = new ArrayList<>();
    while (rest.remaining() >= Integer.BYTES) {
      int length = rest.getInt();
      if (length <= 0 || length > FRAME_BYTES_MAX || length > rest.remaining()) {
        return null;
      }
      byte[] frame = new byte[length];
      rest.get(frame);
      frames.add(frame);
    }
    return rest.hasRemaining() ? null : frames;
  }
}
