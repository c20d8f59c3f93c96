package io.skywire.benchmarks.decode;

import io.skywire.benchmarks.Workbench;
import io.skywire.embedded.simulator.Capture;
import io.skywire.ingester.atproto.Event;
import io.skywire.ingester.atproto.FrameDecoder;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The frames that all decode: a reference server's where they are at hand, else made ones. */
final class Frames {
  private static final int MADE = 5_000;
  private static final int QUICK = 500;
  private static final long SEED = 7;

  private Frames() {}

  /**
   * @param described what they are, for people
   */
  record Loaded(List<byte[]> frames, String described) {}

  static Loaded load(Workbench workbench) throws IOException {
    Path captured = corpus(workbench).resolve("pds/frames.bin.zst");
    boolean there = Files.exists(captured);
    Capture capture =
        there ? Capture.read(captured) : Capture.generated(SEED, workbench.size(MADE, QUICK));
    List<byte[]> all = capture.frames();
    List<byte[]> frames = all.subList(0, workbench.size(all.size(), Math.min(all.size(), QUICK)));
    long bytes = frames.stream().mapToLong(frame -> frame.length).sum();
    return new Loaded(
        frames,
        "%s: %,d of %,d bytes on average"
            .formatted(
                there ? "frames of the reference server" : "made frames",
                frames.size(),
                bytes / frames.size()));
  }

  /** What is named, or what lies beside the project. */
  private static Path corpus(Workbench workbench) {
    String named = System.getenv("SKYWIRE_CORPUS");
    return named == null || named.isEmpty()
        ? workbench.home().resolve("../shared/corpus")
        : Path.of(named);
  }

  /** How many records the ops of their commits have. */
  static int records(List<byte[]> frames) throws IOException {
    FrameDecoder decoder = new FrameDecoder();
    int records = 0;
    for (byte[] frame : frames) {
      if (!(decoder.decode(frame, Instant.EPOCH) instanceof Event event)) {
        throw new IOException("a frame is no event");
      }
      for (JsonNode op : JsonMapper.shared().readTree(event.json()).path("record").path("ops")) {
        records += op.path("record").isObject() ? 1 : 0;
      }
    }
    return records;
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
}
