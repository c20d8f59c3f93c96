package io.skywire.api.health;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What {@code /api/health} says, as gauges: the whole pipeline as far as the database tells, also
 * when no ingester and no sink is left to be scraped. What nobody knows is not a number. Reading
 * them asks the probe, which asks the database no more often than health does.
 */
public final class HealthMetrics {
  private final HealthProbe probe;
  private final MeterRegistry registry;

  private HealthMetrics(HealthProbe probe, MeterRegistry registry) {
    this.probe = probe;
    this.registry = registry;
  }

  public static void register(HealthProbe probe, MeterRegistry registry) {
    HealthMetrics gauges = new HealthMetrics(probe, registry);
    for (Health.Status status : Health.Status.values()) {
      Gauge.builder("skywire.api.health", probe, p -> p.health().status() == status ? 1 : 0)
          .description("1 for what /api/health answers")
          .tag("status", status.toString())
          .strongReference(true)
          .register(registry);
    }
    gauges.add(
        "database.reachable",
        "1 while the database answers",
        null,
        health -> number(health.database().reachable()));
    gauges.add(
        "ingester.reporting",
        "1 while an ingester works and says so",
        null,
        health -> number(health.ingester().reporting()));
    gauges.add(
        "relay.connected",
        "1 while the ingester that works is connected to the relay",
        null,
        health -> number(health.relay().connected()));
    gauges.add(
        "sinks",
        "Sinks that have reported within seconds",
        null,
        health -> health.sink().instances());
    gauges.add(
        "lag", "How far what can be read is behind the relay", "seconds", Health::lagSeconds);
    gauges.add(
        "watermark.seq",
        "Every event at or below it can be read",
        null,
        health -> health.database().reachable() ? health.lastSeq() : null);
    gauges.add(
        "gaps",
        "Gaps in the table: losses that cannot be made good",
        null,
        health -> health.gaps() == null ? null : health.gaps().count());
  }

  private void add(
      String name,
      String description,
      @Nullable String unit,
      Function<Health, @Nullable Number> value) {
    Gauge.builder(
            "skywire.api." + name,
            probe,
            asked -> {
              Number now = value.apply(asked.health());
              return now == null ? Double.NaN : now.doubleValue();
            })
        .description(description)
        .baseUnit(unit)
        .strongReference(true)
        .register(registry);
  }

  private static @Nullable Number number(@Nullable Boolean is) {
    return is == null ? null : (Number) (is ? 1 : 0);
  }
}
