package io.skywire.ingester.atproto;

import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.embedded.simulator.SimulatorSettings;
import io.skywire.ingester.relay.RelayConnection;
import io.skywire.ingester.relay.RelayLimits;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Frames to test with, of the simulator's making. */
public final class TestFrames {
  private TestFrames() {}

  /** The first frames that the relay simulator sends under a fixed seed. */
  public static List<byte[]> simulated(int count) throws Exception {
    try (RelaySimulator relay =
        RelaySimulator.start(
            SimulatorSettings.defaults().withSeed(3).withRate(0).withLimit(count))) {
      return of(relay, count);
    }
  }

  /** The first frames that a relay sends. */
  static List<byte[]> of(RelaySimulator relay, int count) throws Exception {
    List<byte[]> frames = new ArrayList<>();
    try (RelayConnection connection =
        RelayConnection.open(relay.uri(), 0L, RelayLimits.defaults(), InstantSource.system())) {
      while (frames.size() < count) {
        frames.addAll(connection.take(count, Long.MAX_VALUE, Duration.ofSeconds(10)));
      }
    }
    return frames;
  }
}
