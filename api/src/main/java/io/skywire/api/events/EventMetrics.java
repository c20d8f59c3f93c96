package io.skywire.api.events;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** What streams send, and what all that send events hold meanwhile. Any thread. */
public final class EventMetrics {
  private final Counter streamed;

  private EventMetrics(Counter streamed) {
    this.streamed = streamed;
  }

  /** Shows how much of the memory is taken. */
  public static void watch(EventMemory memory, MeterRegistry registry) {
    Gauge.builder("skywire.api.event.memory", memory, EventMemory::takenBytes)
        .description("Bytes of events held for answers that are under way")
        .baseUnit("bytes")
        .strongReference(true)
        .register(registry);
  }

  /** Those of the streams that have these places. */
  static EventMetrics of(StreamPlaces places, MeterRegistry registry) {
    Gauge.builder("skywire.api.streams", places, StreamPlaces::taken)
        .description("Streams that are running")
        .strongReference(true)
        .register(registry);
    return new EventMetrics(
        Counter.builder("skywire.api.stream.events")
            .description("Events sent by streams, each stream counts")
            .register(registry));
  }

  void streamed(int events) {
    streamed.increment(events);
  }
}
