package io.skywire.standalone.command;

import io.skywire.api.filters.Choice;
import io.skywire.api.filters.EventFilter;
import io.skywire.api.tokens.Grant;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code token create} takes of a token's limits. */
final class GrantOptions {
  private static final int DAYS_MAX = 36_500;

  @Option(
      names = "--event-type",
      paramLabel = "TYPE",
      description = "lets it see events of this type only; may be repeated")
  private @Nullable List<String> types;

  @Option(
      names = "--collection",
      paramLabel = "NSID",
      description = "likewise, of commits that touch this collection, or app.bsky.feed.*")
  private @Nullable List<String> collections;

  @Option(names = "--repo", paramLabel = "DID", description = "likewise, of this repo")
  private @Nullable List<String> repos;

  @Option(names = "--expires-in-days", paramLabel = "DAYS", description = "ends it by itself")
  private @Nullable Integer days;

  @Option(
      names = "--requests-per-minute",
      paramLabel = "N",
      description = "instead of SKYWIRE_API_REQUESTS_PER_MINUTE")
  private @Nullable Integer requestsPerMinute;

  /**
   * @throws CommandFailedException when a value cannot be right
   */
  Grant grant(String name, Instant now) {
    requireWithin("--expires-in-days", days, DAYS_MAX);
    requireWithin("--requests-per-minute", requestsPerMinute, Integer.MAX_VALUE);
    return new Grant(
        name,
        new EventFilter(
            choice("--event-type", types),
            choice("--collection", collections),
            choice("--repo", repos)),
        days == null ? null : now.plus(Duration.ofDays(days)),
        requestsPerMinute);
  }

  private static @Nullable Choice choice(String option, @Nullable List<String> patterns) {
    try {
      return patterns == null ? null : Choice.ofPatterns(patterns);
    } catch (IllegalArgumentException wrong) {
      throw new CommandFailedException(option + ": " + wrong.getMessage(), wrong);
    }
  }

  private static void requireWithin(String option, @Nullable Integer value, int max) {
    if (value != null && (value < 1 || value > max)) {
      throw new CommandFailedException(
          "%s is %d; expected a whole number from 1 to %d".formatted(option, value, max));
    }
  }
}
