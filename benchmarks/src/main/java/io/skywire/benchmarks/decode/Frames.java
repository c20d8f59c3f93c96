package io.skywire.benchmarks.decode;

import io.skywire.embedded.simulator.Capture;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The frames that all decode: a reference server's where they are at hand, else made ones. */
final class Frames {
  private static final int MADE = 5_000;
  private static final long SEED = 7;

  private Frames() {}

  static List<byte[]> load() throws IOException {
    String corpus = System.getenv("SKYWIRE_CORPUS");
    Path captured = corpus == null ? null : Path.of(corpus, "pds", "frames.bin.zst");
    Capture frames =
        captured != null && Files.exists(captured)
            ? Capture.read(captured)
            : Capture.generated(SEED, MADE);
    return frames.frames();
  }

  /** As {@code [u32 length, big endian][frame]}. */
  static void write(List<byte[]> frames, Path file) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      for (byte[] frame : frames) {
        out.writeInt(frame.length);
        out.write(frame);
      }
    }
  }

  static String described(List<byte[]> frames) {
    long bytes = frames.stream().mapToLong(frame -> frame.length).sum();
    return "%,d frames of %,d bytes on average".formatted(frames.size(), bytes / frames.size());
  }
}
