package io.skywire.embedded.simulator;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What a simulator with these settings emits, made beside it. */
final class EmittedFrames {
  static final SimulatorSettings SETTINGS =
      SimulatorSettings.defaults()
          .withSeed(7)
          .withRate(0)
          .withClock(() -> Instant.parse("2026-07-04T14:38:09.012Z"));

  private EmittedFrames() {}

  static long seq(byte[] frame) {
    return DecodedFrame.of(frame).seq();
  }

  static void awaitEmitted(RelaySimulator relay, long events) {
    while (relay.emitted() < events) {
      Thread.onSpinWait();
    }
  }

  static List<byte[]> generated(int events) {
    return events(events).stream().map(SimulatedEvent::frame).toList();
  }

  static List<SimulatedEvent> events(int count) {
    FrameGenerator generator = new FrameGenerator(SETTINGS.seed());
    List<SimulatedEvent> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(generator.next(SETTINGS.clock().instant()));
    }
    return events;
  }
}
