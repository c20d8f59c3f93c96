package io.skywire.api.health;

import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The answer of {@code /api/health} for who looks for a second: is it fine, and if not, where?
 *
 * @param status {@code ok}, {@code degraded} or {@code down}
 * @param where what is to be looked at first, null while the status is {@code ok}
 * @param sentence one, without a full stop, which begins with the answer
 * @param health the answer itself
 */
public record Glance(String status, @Nullable Part where, String sentence, JsonNode health) {
  /** In the order of the data's way. */
  public enum Part {
    RELAY,
    INGESTER,
    KAFKA,
    SINK,
    DATABASE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** For people who can do no more than wait: they are not to try anything again. */
  private static final String TRY_AGAIN = "; try again";

  static Glance of(Health health) {
    return new Glance(health.status().toString(), where(health), sentence(health), health.toTree());
  }

  /** Whether nothing but that is known. */
  public boolean isDatabaseAway() {
    return where == Part.DATABASE;
  }

  private static String sentence(Health health) {
    return switch (health.status()) {
      case OK -> fine(health);
      case DEGRADED -> "It is not fine: " + firstProblem(health) + whereItWaits(health);
      case DOWN -> "It is down: " + firstProblem(health).replace(TRY_AGAIN, "");
    };
  }

  private static String fine(Health health) {
    if (!health.problems().isEmpty()) {
      return "It is fine now, but " + firstProblem(health);
    }
    double lag = Objects.requireNonNullElse(health.lagSeconds(), 0.0);
    String behind =
        lag < 1 ? "less than 1 s" : String.format(Locale.ROOT, "%.0f s", Math.floor(lag));
    return "It is fine: what can be read is %s behind the relay %s"
        .formatted(behind, health.relay().host());
  }

  private static String firstProblem(Health health) {
    return health.problems().isEmpty() ? "nobody says why" : health.problems().getFirst();
  }

  /** That it is late is said already; here, who is late, when nothing else is wrong. */
  private static String whereItWaits(Health health) {
    if (!isLateOnly(health)) {
      return "";
    }
    return where(health) == Part.INGESTER
        ? "; the ingester has yet to catch up with the relay"
        : "; the sink has yet to store what is in Kafka";
  }

  private static boolean isLateOnly(Health health) {
    return isLate(health)
        && Boolean.TRUE.equals(health.relay().connected())
        && health.sink().problem() == null;
  }

  private static boolean isLate(Health health) {
    return health.lagSeconds() != null && health.lagSeconds() > Diagnosis.LAG_SECONDS_MAX;
  }

  /** In the order in which {@link Diagnosis} tells what is wrong. */
  private static @Nullable Part where(Health health) {
    if (health.status() == Health.Status.OK) {
      return null;
    }
    if (!health.database().reachable()) {
      return Part.DATABASE;
    }
    if (!Boolean.TRUE.equals(health.sink().alive())) {
      return Part.SINK;
    }
    if (Boolean.FALSE.equals(health.kafka().reachable())) {
      return Part.KAFKA;
    }
    if (health.sink().problem() != null) {
      return Part.SINK;
    }
    if (!Boolean.TRUE.equals(health.ingester().reporting())) {
      return Part.INGESTER;
    }
    if (!Boolean.TRUE.equals(health.relay().connected())) {
      return Part.RELAY;
    }
    if (isLate(health)) {
      return Objects.equals(health.ingester().behindSeconds(), health.lagSeconds())
          ? Part.INGESTER
          : Part.SINK;
    }
    // Nothing can be read yet, or events are not counted; else the relay repeats what is stored.
    return health.lagSeconds() == null || health.streams().problem() != null
        ? Part.SINK
        : Part.RELAY;
  }
}
