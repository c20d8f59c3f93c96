package io.skywire.ingester.status;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.skywire.common.topic.IngesterStatus;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The board as gauges. What only a leader knows is not a number for a standby: a sum or maximum
 * over all ingesters is then the leader's.
 */
public final class StatusGauges {
  private static final double MILLIS_A_SECOND = 1000;

  private final StatusBoard board;
  private final MeterRegistry registry;

  private StatusGauges(StatusBoard board, MeterRegistry registry) {
    this.board = board;
    this.registry = registry;
  }

  public static void register(StatusBoard board, MeterRegistry registry) {
    StatusGauges gauges = new StatusGauges(board, registry);
    gauges.add("leader", "1 for the ingester that works", null, 0.0, status -> 1.0);
    gauges.add(
        "connected",
        "1 while frames can come in",
        null,
        0.0,
        status -> status.connected() ? 1 : 0.0);
    gauges.add(
        "relay.lag",
        "Age of the newest frames by the relay's time, 0 while none come",
        "seconds",
        null,
        IngesterStatus::behindSeconds);
    gauges.add(
        "last.frame.timestamp",
        "When the last frame came in, since 1970",
        "seconds",
        null,
        status -> seconds(status.lastFrameAt()));
    gauges.add(
        "cursor.seq", "The last committed seq", null, null, status -> number(status.cursor()));
  }

  private void add(
      String name,
      String description,
      @Nullable String unit,
      @Nullable Double standby,
      Function<IngesterStatus, @Nullable Double> value) {
    Gauge.builder(
            "skywire.ingester." + name,
            board,
            read -> {
              IngesterStatus status = read.read().orElse(null);
              Double now = status == null ? standby : value.apply(status);
              return now == null ? Double.NaN : now;
            })
        .description(description)
        .baseUnit(unit)
        .strongReference(true)
        .register(registry);
  }

  private static @Nullable Double seconds(@Nullable Instant at) {
    return at == null ? null : (Double) (at.toEpochMilli() / MILLIS_A_SECOND);
  }

  private static @Nullable Double number(@Nullable Long seq) {
    return seq == null ? null : (Double) seq.doubleValue();
  }
}
