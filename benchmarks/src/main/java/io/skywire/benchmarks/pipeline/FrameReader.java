package io.skywire.benchmarks.pipeline;

import io.skywire.ingester.relay.RelayConnection;
import io.skywire.ingester.relay.RelayDisconnectedException;
import io.skywire.ingester.relay.RelayLimits;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;

/**
 * A JVM that takes the frames of a relay through the ingester's own connection, and throws them
 * away: what the relay and the socket allow. Prints frames a second after the first half.
 */
public final class FrameReader {
  private static final int FRAMES_MAX = 500;
  private static final long BYTES_MAX = 8L * 1024 * 1024;
  private static final Duration WAIT = Duration.ofMillis(100);

  private FrameReader() {}

  /**
   * @param arguments the relay, and how many frames it has
   */
  public static void main(String[] arguments)
      throws RelayDisconnectedException, InterruptedException {
    int frames = Integer.parseInt(arguments[1]);
    try (RelayConnection connection =
        RelayConnection.open(
            URI.create(arguments[0]), 0L, RelayLimits.defaults(), InstantSource.system())) {
      AfterWarmUp speed = new AfterWarmUp(frames);
      for (int taken = 0; taken < frames; speed.reached(taken)) {
        taken += connection.take(FRAMES_MAX, BYTES_MAX, WAIT).size();
      }
      System.out.println(speed.perSecond());
    }
  }
}
