package io.skywire.api.dashboard;

import io.skywire.api.health.Glance;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * All that the page shows, as it is sent.
 *
 * @param at by the api's clock
 * @param status {@code ok}, {@code degraded} or {@code down}
 * @param where what is to be looked at first, null while nothing is
 * @param sentence whether it is fine, and where not
 * @param health the answer of {@code /api/health}
 * @param lastHealth the last one that the database had told, with its own time; null before
 * @param figures the last that there are, with their own time; null before the first
 * @param figuresProblem why those are not of now, in words
 * @param disk null unless all runs in one process
 */
record Snapshot(
    Instant at,
    String status,
    @Nullable String where,
    String sentence,
    JsonNode health,
    @Nullable JsonNode lastHealth,
    @Nullable Figures figures,
    @Nullable String figuresProblem,
    @Nullable Disk disk) {
  private static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  static Snapshot of(
      Instant at,
      Glance glance,
      @Nullable JsonNode lastHealth,
      @Nullable Figures figures,
      @Nullable String figuresProblem,
      @Nullable Disk disk) {
    return new Snapshot(
        at,
        glance.status(),
        glance.where() == null ? null : glance.where().toString(),
        glance.sentence(),
        glance.health(),
        lastHealth,
        figures,
        figuresProblem,
        disk);
  }

  /** On one line. */
  byte[] toJson() {
    return JSON.writeValueAsBytes(this);
  }
}
