package io.skywire.ingester.atproto;

import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.embedded.simulator.SimulatorSettings;
import io.skywire.ingester.relay.RelayConnection;
import io.skywire.ingester.relay.RelayLimits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Frames to test with, of the simulator's and of our own making. */
final class TestFrames {
  private TestFrames() {}

  /** The first frames that the relay simulator sends under a fixed seed. */
  static List<byte[]> simulated(int count) throws Exception {
    List<byte[]> frames = new ArrayList<>();
    try (RelaySimulator relay =
            RelaySimulator.start(
                SimulatorSettings.defaults().withSeed(3).withRate(0).withLimit(count));
        RelayConnection connection =
            RelayConnection.open(relay.uri(), 0L, RelayLimits.defaults(), InstantSource.system())) {
      while (frames.size() < count) {
        frames.addAll(connection.take(count, Long.MAX_VALUE, Duration.ofSeconds(10)));
      }
    }
    return frames;
  }

  /** {@code {"t": type, "op": 1}}. */
  static byte[] header(String type) {
    byte[] text = type.getBytes(StandardCharsets.US_ASCII);
    byte[] header = new byte[4 + text.length + 4];
    header[0] = (byte) 0xa2;
    header[1] = 0x61;
    header[2] = 't';
    header[3] = (byte) (0x60 + text.length);
    System.arraycopy(text, 0, header, 4, text.length);
    byte[] op = {0x62, 'o', 'p', 0x01};
    System.arraycopy(op, 0, header, 4 + text.length, op.length);
    return header;
  }
}
