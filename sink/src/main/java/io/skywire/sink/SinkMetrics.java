package io.skywire.sink;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.skywire.sink.write.EventBatch.Refusal;
import io.skywire.sink.write.EventBatch.Refused;
import io.skywire.sink.write.EventStore;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** The sink's counters. */
public final class SinkMetrics {
  private final Counter stored;
  private final Counter repeated;
  private final Map<Refusal, Counter> refused = new EnumMap<>(Refusal.class);
  private final Counter failures;

  public SinkMetrics(MeterRegistry registry) {
    stored = Counter.builder("skywire.sink.events").description("Events stored").register(registry);
    repeated =
        Counter.builder("skywire.sink.events.repeated")
            .description("Events left out because the table has them already")
            .register(registry);
    for (Refusal why : Refusal.values()) {
      refused.put(
          why,
          Counter.builder("skywire.sink.dead.letters")
              .description("Records that could not be stored")
              .tag("reason", why.label())
              .register(registry));
    }
    failures =
        Counter.builder("skywire.sink.failures")
            .description("Times that reading or storing failed and was begun anew")
            .register(registry);
  }

  void stored(EventStore.Outcome outcome) {
    stored.increment(outcome.stored());
    repeated.increment(outcome.repeated());
    for (Refused one : outcome.refused()) {
      Objects.requireNonNull(refused.get(one.why())).increment();
    }
  }

  void failed() {
    failures.increment();
  }
}
