package io.skywire.ingester.relay;

import io.skywire.embedded.relay.FakeRelay;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the tests of a session share: limits as short as they can be, and taking by number. */
final class Sessions {
  static final Duration LONG = Duration.ofSeconds(20);
  static final RelayLimits LIMITS =
      new RelayLimits(
          100, 1 << 20, 1_000, Duration.ofSeconds(10), Duration.ofSeconds(5), LONG, LONG);

  private Sessions() {}

  static RelayConnection open(FakeRelay relay, RelayLimits limits) throws Exception {
    return RelayConnection.open(relay.uri(), null, limits, Clock.systemUTC());
  }

  static RelayLimits silence(Duration pingInterval, Duration silenceMax) {
    return new RelayLimits(
        LIMITS.framesMax(),
        LIMITS.bytesMax(),
        LIMITS.frameBytesMax(),
        LIMITS.connectTimeout(),
        pingInterval,
        silenceMax,
        LONG);
  }

  static List<byte[]> take(FrameSource frames, int count) throws Exception {
    List<byte[]> taken = new ArrayList<>();
    while (taken.size() < count) {
      List<byte[]> some = frames.take(count - taken.size(), Long.MAX_VALUE, LONG);
      if (some.isEmpty()) {
        throw new AssertionError("only " + taken.size() + " of " + count + " frames came");
      }
      taken.addAll(some);
    }
    return taken;
  }
}
