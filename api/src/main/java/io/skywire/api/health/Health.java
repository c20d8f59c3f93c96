package io.skywire.api.health;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.skywire.common.topic.DeadLetterCounts;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * The answer of {@code /api/health}. A part's value is null where nobody knows it.
 *
 * @param lastSeq the readable watermark, 0 when nothing is readable yet
 * @param lagSeconds how far what can be read is behind the relay, null when nobody knows
 * @param retention what is kept of the events, null when nobody knows
 * @param gaps losses that cannot be made good, null when nobody knows
 * @param deadLetters what became no event or no row, null when nobody knows
 * @param problems what is wrong, in sentences: why the status is not {@code ok}, and losses of the
 *     last day, which alone leave it {@code ok}
 */
record Health(
    Status status,
    long lastSeq,
    @Nullable Double lagSeconds,
    Instant timestamp,
    Relay relay,
    Ingester ingester,
    Kafka kafka,
    Sink sink,
    Streams streams,
    Database database,
    @Nullable Retention retention,
    Observation.@Nullable Gaps gaps,
    @Nullable DeadLetters deadLetters,
    List<String> problems) {
  private static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  /** Down means that events cannot be read; degraded, that something is wrong before that. */
  enum Status {
    OK,
    DEGRADED,
    DOWN;

    @JsonProperty
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  record Relay(
      @Nullable String host,
      @Nullable Boolean connected,
      @Nullable Instant lastFrameAt,
      @Nullable String problem) {}

  record Ingester(
      @Nullable Boolean reporting,
      @Nullable Long cursorSeq,
      @Nullable Double behindSeconds,
      @Nullable Instant reportedAt) {}

  record Kafka(@Nullable Boolean reachable, @Nullable String problem) {}

  record Sink(
      @Nullable Boolean alive,
      @Nullable Integer instances,
      @Nullable Instant seenAt,
      @Nullable String problem) {}

  /** Counts and routes, at the sinks; {@code running} is null also where none is wanted. */
  record Streams(@Nullable Boolean running, @Nullable String problem) {}

  record Database(boolean reachable, @Nullable String problem) {}

  record Retention(@Nullable Long oldestSeq, long trimmedThrough) {}

  /** By the stage that has refused them: the ingester's and the sinks'. */
  record DeadLetters(@Nullable Letters decode, @Nullable Letters store) {
    static DeadLetters of(Observation.DeadLetters told) {
      return new DeadLetters(Letters.of(told.decode()), Letters.of(told.store()));
    }
  }

  /** As in {@link DeadLetterCounts}. */
  record Letters(long count, Instant since, @Nullable Instant lastAt, Map<String, Long> byReason) {
    static @Nullable Letters of(@Nullable DeadLetterCounts told) {
      return told == null
          ? null
          : new Letters(
              told.byReason().values().stream().mapToLong(Long::longValue).sum(),
              told.since(),
              told.lastAt(),
              told.byReason());
    }
  }

  Health {
    problems = List.copyOf(problems);
  }

  static Health databaseAway(Instant now, String problem) {
    return new Health(
        Status.DOWN,
        0,
        null,
        now,
        new Relay(null, null, null, null),
        new Ingester(null, null, null, null),
        new Kafka(null, null),
        new Sink(null, null, null, null),
        new Streams(null, null),
        new Database(false, problem),
        null,
        null,
        null,
        List.of(problem, "the state of everything else is unknown without the database"));
  }

  byte[] toJson() {
    return JSON.writeValueAsBytes(this);
  }

  JsonNode toTree() {
    return JSON.valueToTree(this);
  }
}
