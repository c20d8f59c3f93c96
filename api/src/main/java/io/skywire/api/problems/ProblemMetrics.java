package io.skywire.api.problems;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Counts what is refused for another reason than that it does not fit: a token that is none of
 * ours, and each 503 by its reason. All are there at 0 from the start.
 */
public final class ProblemMetrics {
  private final Counter tokensRefused;
  private final Counter overloaded;
  private final Map<DatabaseFailure, Counter> failures = new EnumMap<>(DatabaseFailure.class);

  public ProblemMetrics(MeterRegistry registry) {
    tokensRefused =
        Counter.builder("skywire.api.tokens.refused")
            .description(
                "Requests without a token, or with one that is unknown, revoked or expired")
            .register(registry);
    overloaded = unavailable("overloaded", registry);
    for (DatabaseFailure failure : DatabaseFailure.values()) {
      if (failure != DatabaseFailure.UNEXPECTED) {
        failures.put(failure, unavailable(label(failure), registry));
      }
    }
  }

  void tokenRefused() {
    tokensRefused.increment();
  }

  void overloaded() {
    overloaded.increment();
  }

  /**
   * @param failure one that is answered 503
   */
  void unavailable(DatabaseFailure failure) {
    Objects.requireNonNull(failures.get(failure)).increment();
  }

  private static String label(DatabaseFailure failure) {
    return "database_" + failure.name().toLowerCase(Locale.ROOT);
  }

  private static Counter unavailable(String reason, MeterRegistry registry) {
    return Counter.builder("skywire.api.unavailable")
        .description("Requests answered 503")
        .tag("reason", reason)
        .register(registry);
  }
}
