package io.skywire.sink;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.skywire.sink.write.EventBatch;

/** The sink's counters. */
public final class SinkMetrics {
  private final Counter stored;
  private final Counter repeated;
  private final Counter refused;
  private final Counter failures;

  public SinkMetrics(MeterRegistry registry) {
    stored = Counter.builder("skywire.sink.events").description("Events stored").register(registry);
    repeated =
        Counter.builder("skywire.sink.events.repeated")
            .description("Events left out because the table has them already")
            .register(registry);
    refused =
        Counter.builder("skywire.sink.dead.letters")
            .description("Records that could not be stored")
            .register(registry);
    failures =
        Counter.builder("skywire.sink.failures")
            .description("Times that reading or storing failed and was begun anew")
            .register(registry);
  }

  void stored(EventBatch batch, int refusedRecords) {
    stored.increment(batch.rows().size() + batch.refused().size() - refusedRecords);
    repeated.increment(batch.repeated());
    refused.increment(refusedRecords);
  }

  void failed() {
    failures.increment();
  }
}
