package io.skywire.ingester;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.skywire.common.metrics.Metrics;
import io.skywire.common.topic.Gap;
import io.skywire.ingester.atproto.DropReason;
import io.skywire.ingester.atproto.Event;
import io.skywire.ingester.publish.Batch;
import io.skywire.ingester.publish.DeadLetter;
import io.skywire.ingester.relay.FrameSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the ingester's loop counts. What may happen is a counter at 0 from the start, so that its
 * first time is a rise. Labels have known values only: an account may send any type of event, and
 * no account may make a time series.
 */
public final class IngesterMetrics {
  /** A frame that was published before. */
  private static final String REPEATED = "repeated";

  private static final List<String> TYPES = List.of("commit", "sync", "identity", "account");
  private static final String OTHER_TYPE = "other";

  private final Counter frames;
  private final Counter frameBytes;
  private final Map<String, Counter> events = new HashMap<>();
  private final Counter otherEvents;
  private final Counter eventBytes;
  private final Map<String, Counter> drops = new HashMap<>();
  private final Map<String, Counter> letters = new HashMap<>();
  private final Timer transactions;
  private final Counter fenced;
  private final Counter failed;
  private final Counter sessions;
  private final Counter disconnects;
  private final Counter gaps;
  private final Counter gapSeqs;
  private volatile @Nullable FrameSource source;

  public IngesterMetrics(MeterRegistry registry) {
    frames = counter("frames", "Frames taken from the relay").register(registry);
    frameBytes =
        counter("frame", "Bytes of the frames taken from the relay")
            .baseUnit("bytes")
            .register(registry);
    for (String type : TYPES) {
      events.put(type, eventsOf(type, registry));
    }
    otherEvents = eventsOf(OTHER_TYPE, registry);
    eventBytes =
        counter("event", "Bytes of the JSON of events published")
            .baseUnit("bytes")
            .register(registry);
    for (DropReason reason : DropReason.values()) {
      drops.put(reason.label(), drop(reason.label(), registry));
      letters.put(reason.label(), letter(reason.label(), registry));
    }
    drops.put(REPEATED, drop(REPEATED, registry));
    letters.put(DeadLetter.FLAWED_OP, letter(DeadLetter.FLAWED_OP, registry));
    drops.put(DeadLetter.SEQ_WENT_BACK, drop(DeadLetter.SEQ_WENT_BACK, registry));
    letters.put(DeadLetter.SEQ_WENT_BACK, letter(DeadLetter.SEQ_WENT_BACK, registry));
    transactions =
        Metrics.latency(
                "skywire.ingester.transaction", "From a transaction's begin to its commit's answer")
            .register(registry);
    fenced = failure("fenced", registry);
    failed = failure("failed", registry);
    sessions = counter("sessions", "Sessions with the relay that began").register(registry);
    disconnects =
        counter("disconnects", "Sessions with the relay that ended or could not begin")
            .register(registry);
    gaps = counter("gaps", "Times that the relay no longer had what came next").register(registry);
    gapSeqs =
        counter("gap.seqs", "Seqs in gaps: as many events were lost, at most").register(registry);
    gauge("buffer.frames", "Frames between socket and transaction", FrameSource::waiting)
        .register(registry);
    gauge("buffer", "Bytes of the frames between socket and transaction", FrameSource::waitingBytes)
        .baseUnit("bytes")
        .register(registry);
    gauge(
            "buffer.full",
            "For how long the buffer has had no room, so that the socket is not read",
            frames -> frames.fullFor().toNanos() / (double) Duration.ofSeconds(1).toNanos())
        .baseUnit("seconds")
        .register(registry);
  }

  /** The session that frames come from now, null for none. */
  void session(@Nullable FrameSource now) {
    source = now;
    if (now != null) {
      sessions.increment();
    }
  }

  void taken(List<byte[]> taken) {
    long bytes = 0;
    for (byte[] frame : taken) {
      bytes += frame.length;
    }
    frames.increment(taken.size());
    frameBytes.increment((double) bytes);
  }

  void published(Batch batch, Duration took) {
    transactions.record(took);
    long bytes = 0;
    for (Event event : batch.events()) {
      events.getOrDefault(event.type(), otherEvents).increment();
      bytes += event.json().length;
    }
    eventBytes.increment((double) bytes);
    Gap gap = batch.gap();
    if (gap != null) {
      gaps.increment();
      gapSeqs.increment((double) Math.max(0, gap.toSeq() - gap.fromSeq() - 1));
    }
    for (DeadLetter letter : batch.deadLetters()) {
      count(letters, letter.reason());
      count(drops, letter.reason());
    }
  }

  void repeated() {
    count(drops, REPEATED);
  }

  void fenced() {
    fenced.increment();
  }

  void publishFailed() {
    failed.increment();
  }

  void disconnected() {
    disconnects.increment();
  }

  /** A flawed op's event is no drop, and has none to count. */
  private static void count(Map<String, Counter> counters, String reason) {
    Counter counter = counters.get(reason);
    if (counter != null) {
      counter.increment();
    }
  }

  private static Counter eventsOf(String type, MeterRegistry registry) {
    return counter("events", "Events published").tag("type", type).register(registry);
  }

  private static Counter drop(String reason, MeterRegistry registry) {
    return counter("drops", "Frames that became no event").tag("reason", reason).register(registry);
  }

  private static Counter letter(String reason, MeterRegistry registry) {
    return counter("dead.letters", "Frames that became no event, or one with a flaw, and were kept")
        .tag("reason", reason)
        .register(registry);
  }

  private static Counter failure(String reason, MeterRegistry registry) {
    return counter("transaction.failures", "Transactions that were not committed")
        .tag("reason", reason)
        .register(registry);
  }

  private static Counter.Builder counter(String name, String description) {
    return Counter.builder("skywire.ingester." + name).description(description);
  }

  private Gauge.Builder<IngesterMetrics> gauge(
      String name, String description, ToDoubleFunction<FrameSource> value) {
    return Gauge.builder("skywire.ingester." + name, this, metrics -> metrics.ofSource(value))
        .description(description)
        .strongReference(true);
  }

  private double ofSource(ToDoubleFunction<FrameSource> value) {
    FrameSource now = source;
    return now == null ? 0 : value.applyAsDouble(now);
  }
}
