package io.skywire.ingester.atproto;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.skywire.embedded.relay.CommitFrame;
import io.skywire.embedded.relay.FrameBytes;
import io.skywire.embedded.simulator.LedgerEntry;
import io.skywire.embedded.simulator.LedgerHash;
import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.embedded.simulator.SimulatorSettings;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Whatever the bytes: a drop that names the place, or an event that is valid; never an exception.
 */
class HostileFramesTest {
  private static final Instant NOW = Instant.parse("2026-07-04T14:38:09.012Z");
  private static final long SCRATCH_BYTES = 256 * 1024;
  private static final int FRAME_MULTIPLE = 40;

  /** A buffer that doubles up to the largest event, and the event's own copy. */
  private static final long SWOLLEN_MULTIPLE = 6;

  private final FrameDecoder decoder = new FrameDecoder();

  private List<byte[]> frames() throws Exception {
    return TestFrames.simulated(40);
  }

  @Test
  void truncatedAtEveryByte() throws Exception {
    for (byte[] frame : frames()) {
      for (int length = 0; length < frame.length; length++) {
        Decoded decoded = require(Arrays.copyOf(frame, length));
        assertThat(decoded).as("cut to %d of %d", length, frame.length).isInstanceOf(Drop.class);
      }
    }
  }

  @Test
  void thoseOfTheSimulatorAreDroppedForTheirReasonsUnderTheirSeqs() throws Exception {
    int count = 400;
    Map<Long, String> dropped = new TreeMap<>();
    try (RelaySimulator relay =
        RelaySimulator.start(
            SimulatorSettings.defaults()
                .withSeed(3)
                .withRate(0)
                .withLimit(count)
                .withHostileOneIn(4))) {
      for (byte[] frame : TestFrames.of(relay, count)) {
        if (require(frame) instanceof Drop drop) {
          dropped.put(Objects.requireNonNull(drop.seq()), drop.reason().label());
        }
      }
      Map<Long, String> expected = new TreeMap<>();
      for (LedgerEntry entry : relay.ledger().entries()) {
        if (entry.reason() != null) {
          expected.put(entry.seq(), entry.reason());
        }
      }
      assertThat(dropped).isEqualTo(expected);
    }
    assertThat(dropped.values()).contains("malformed", "invalid_did", "unknown_op", "unknown_type");
  }

  @Test
  void withBitsFlippedAtRandom() throws Exception {
    flipBits(50_000);
  }

  private void flipBits(int cases) throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    List<byte[]> frames = frames();
    for (int i = 0; i < cases; i++) {
      byte[] frame = frames.get(random.nextInt(frames.size())).clone();
      int flips = 1 + random.nextInt(4);
      for (int flip = 0; flip < flips; flip++) {
        frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
      }
      require(frame);
    }
  }

  @Test
  void nestedAHundredThousandDeep() {
    for (int[] level : new int[][] {{0x81}, {0xa1, 0x61, 'a'}, {0xd8, 0x2a}}) {
      ByteArrayOutputStream frame = new ByteArrayOutputStream();
      frame.writeBytes(FrameBytes.header("#new"));
      frame.writeBytes(new byte[] {(byte) 0xa1, 0x61, 'x'});
      for (int i = 0; i < 100_000; i++) {
        for (int one : level) {
          frame.write(one);
        }
      }
      frame.write(0);
      assertThat(require(frame.toByteArray())).isInstanceOf(Drop.class);
    }
  }

  @Test
  void withLengthsThatCannotBe() throws Exception {
    byte[][] lengths = {
      {0x1b, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0},
      {0x1b, -1, -1, -1, -1, -1, -1, -1, -1},
      {0x1b, 0x7f, -1, -1, -1, -1, -1, -1, -1},
      {0x1a, 0x7f, -1, -1, -1}
    };
    byte[] frame = frames().getFirst();
    for (int at = 0; at < frame.length; at++) {
      for (byte[] length : lengths) {
        for (int major = 2; major <= 5; major++) {
          byte[] broken = frame.clone();
          int bytes = Math.min(length.length, broken.length - at);
          System.arraycopy(length, 0, broken, at, bytes);
          broken[at] = (byte) (major << 5 | length[0]);
          require(broken);
        }
      }
    }
  }

  @Test
  void takesNoMoreMemoryThanASmallMultipleOfTheFrame() throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (byte[] frame : frames()) {
      for (int i = 0; i < 200; i++) {
        byte[] broken = frame.clone();
        broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
        long before = threads.getCurrentThreadAllocatedBytes();
        decoder.decode(broken, NOW);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before)
            .isLessThan(SCRATCH_BYTES + (long) FRAME_MULTIPLE * frame.length);
      }
    }
  }

  /**
   * A frame's JSON may be a hundred times as large as the frame, but never larger than an event.
   */
  @Test
  void oneThatSwellsTakesNoMoreMemoryThanTheLargestEvent() {
    Map<String, Object> record = Map.of("texts", Collections.nCopies(25, "x".repeat(3_000)));
    CommitFrame named = new CommitFrame().create("a.b.c/r0", record);
    for (int op = 1; op < 1_000; op++) {
      named.createWithoutBlock("a.b.c/r" + op, record);
    }
    CommitFrame deletes = new CommitFrame();
    for (int op = 0; op < 100_000; op++) {
      deletes.delete("a.b.c/r" + op);
    }
    Map<String, Object> keys = new HashMap<>();
    for (int key = 0; key < 300_000; key++) {
      keys.put("k" + key, key);
    }
    CommitFrame wide = new CommitFrame().create("a.b.c/r", keys);
    for (byte[] frame : List.of(named.bytes(), deletes.bytes(), wide.bytes())) {
      long allocated = allocatedBy(frame);
      assertThat(allocated)
          .as("bytes allocated for a frame of %d", frame.length)
          .isLessThan(SWOLLEN_MULTIPLE * FrameDecoder.JSON_BYTES_MAX + 8L * frame.length);
      require(frame);
    }
  }

  @Test
  void opsThatAreDeclaredAndDoNotFitTakeNoMemory() {
    byte[] none = new byte[4_000_000];
    byte[] frame =
        FrameBytes.concatenated(
            FrameBytes.header("#commit"),
            FrameBytes.encode(Map.of("seq", 5, "repo", "did:plc:a", "time", "")),
            new byte[] {0x63, 'o', 'p', 's', (byte) 0x9a},
            ByteBuffer.allocate(4).putInt(none.length).array(),
            none);
    // One field more than the map has been encoded with.
    frame[FrameBytes.header("#commit").length]++;
    assertThat(allocatedBy(frame)).isLessThan(frame.length);
    assertThat(require(frame)).isInstanceOf(Drop.class);
  }

  private long allocatedBy(byte[] frame) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    new FrameDecoder().decode(frame, NOW);
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  @Test
  void afterAnyOfThemTheNextGoodFrameDecodesAsBefore() throws Exception {
    byte[] good = frames().getLast();
    JsonNode before = Corpus.JSON.readTree(((Event) decoder.decode(good, NOW)).json());
    flipBits(1_000);
    JsonNode after = Corpus.JSON.readTree(((Event) decoder.decode(good, NOW)).json());
    assertThat(LedgerHash.of(after)).isEqualTo(LedgerHash.of(before));
  }

  private Decoded require(byte[] frame) {
    return Answers.check(decoder.decode(frame, NOW));
  }
}
