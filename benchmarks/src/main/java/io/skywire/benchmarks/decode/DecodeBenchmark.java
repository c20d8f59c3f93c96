package io.skywire.benchmarks.decode;

import io.skywire.embedded.simulator.Capture;
import io.skywire.ingester.atproto.Decoded;
import io.skywire.ingester.atproto.Event;
import io.skywire.ingester.atproto.FrameDecoder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One call is one frame; the frames come round and round. */
@State(Scope.Thread)
public class DecodeBenchmark {
  /** The file of frames. */
  static final String FRAMES = "skywire.bench.frames";

  private static final Instant INDEXED_AT = Instant.parse("2026-07-04T12:00:00Z");

  private final FrameDecoder unchecked = FrameDecoder.withoutCidChecks();
  private final FrameDecoder checked = new FrameDecoder();
  private final Blocks blocks = new Blocks();
  private byte[][] frames = {};
  private byte[][] cars = {};
  private int next;

  @Setup
  public void load() throws IOException {
    List<byte[]> loaded = Capture.read(Path.of(System.getProperty(FRAMES))).frames();
    frames = loaded.toArray(byte[][]::new);
    cars = new byte[frames.length][];
    int hashed = 0;
    for (int i = 0; i < frames.length; i++) {
      cars[i] = Blocks.car(frames[i]);
      hashed += blocks.verify(cars[i]);
      if (!(checked.decode(frames[i], INDEXED_AT) instanceof Event event)
          || !(unchecked.decode(frames[i], INDEXED_AT) instanceof Event same)
          || !Arrays.equals(event.json(), same.json())) {
        throw new IOException("frame " + i + " is no event, or another one without checks");
      }
    }
    // Each record is a block; those of the tree and of the commit come on top.
    int records = Frames.records(loaded);
    if (records == 0 || hashed <= records) {
      throw new IOException("only %d blocks for %d records".formatted(hashed, records));
    }
  }

  /** No CID is checked. */
  @Benchmark
  public Decoded unchecked() {
    return unchecked.decode(frames[advance()], INDEXED_AT);
  }

  /** Each record's CID, as the ingester does. */
  @Benchmark
  public Decoded records() {
    return checked.decode(frames[advance()], INDEXED_AT);
  }

  /** Every block's CID, those of the tree too. */
  @Benchmark
  public Decoded everyBlock() {
    int frame = advance();
    blocks.verify(cars[frame]);
    return unchecked.decode(frames[frame], INDEXED_AT);
  }

  /** SHA-256 of every block, and nothing else. */
  @Benchmark
  public int sha256() {
    return blocks.verify(cars[advance()]);
  }

  private int advance() {
    next = next + 1 == frames.length ? 0 : next + 1;
    return next;
  }
}
