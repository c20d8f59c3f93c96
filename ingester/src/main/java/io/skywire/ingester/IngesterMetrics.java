package io.skywire.ingester;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.skywire.ingester.atproto.DropReason;
import io.skywire.ingester.publish.Batch;
import io.skywire.ingester.publish.DeadLetter;
import io.skywire.ingester.relay.FrameSource;
import org.jspecify.annotations.Nullable;

/** The ingester's counters. */
public final class IngesterMetrics {
  private final MeterRegistry registry;
  private final Counter events;
  private final Counter transactions;
  private final Counter repeated;
  private final Counter disconnects;
  private final Counter gaps;
  private volatile @Nullable FrameSource frames;

  public IngesterMetrics(MeterRegistry registry) {
    this.registry = registry;
    events = counter("skywire.ingester.events", "Events published");
    transactions = counter("skywire.ingester.transactions", "Transactions committed");
    repeated = counter("skywire.ingester.repeated", "Frames that were published before");
    disconnects = counter("skywire.ingester.disconnects", "Sessions with the relay that ended");
    gaps = counter("skywire.ingester.gaps", "Times that the relay no longer had what came next");
    // A reason that has not occurred yet is a counter at 0, so that its first time is a rise.
    for (DropReason reason : DropReason.values()) {
      deadLetters(reason.label());
    }
    deadLetters(DeadLetter.FLAWED_OP);
    Gauge.builder("skywire.ingester.buffer.frames", this, IngesterMetrics::waiting)
        .description("Frames between the socket and the transaction")
        .register(registry);
  }

  /** The session that frames come from now, null for none. */
  void session(@Nullable FrameSource source) {
    frames = source;
  }

  void published(Batch batch) {
    events.increment(batch.events().size());
    transactions.increment();
    if (batch.gap() != null) {
      gaps.increment();
    }
    for (DeadLetter letter : batch.deadLetters()) {
      deadLetters(letter.reason()).increment();
    }
  }

  private Counter deadLetters(String reason) {
    return Counter.builder("skywire.ingester.dead.letters")
        .description("Frames that became no event, or one with a flaw")
        .tag("reason", reason)
        .register(registry);
  }

  void repeated() {
    repeated.increment();
  }

  void disconnected() {
    disconnects.increment();
  }

  private int waiting() {
    FrameSource source = frames;
    return source == null ? 0 : source.waiting();
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }
}
