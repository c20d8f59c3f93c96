package io.skywire.benchmarks.pipeline;

import io.skywire.benchmarks.Workbench;
import io.skywire.embedded.simulator.Capture;
import io.skywire.ingester.atproto.Event;
import io.skywire.ingester.atproto.FrameDecoder;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * The JSON of a {@link Backlog}'s first events, one a line: what producers that do nothing else
 * send over and over, so that their records are as long, and compress as well, as the ingester's.
 */
final class EventBodies {
  private static final int EVENTS = 10_000;
  private static final int EVENTS_QUICK = 1_000;

  private EventBodies() {}

  static void write(Workbench workbench, Path file) throws IOException {
    FrameDecoder decoder = new FrameDecoder();
    Instant now = Instant.now();
    int events = workbench.size(EVENTS, EVENTS_QUICK);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      for (byte[] frame : Capture.generated(Backlog.SEED, events).frames()) {
        if (!(decoder.decode(frame, now) instanceof Event event)) {
          throw new IOException("a frame of the simulator is no event");
        }
        out.write(event.json());
        out.write('\n');
      }
    }
  }
}
