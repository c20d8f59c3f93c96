package io.skywire.common.topic;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * How many dead letters have been kept, as those who keep them say: all of them so far, told again
 * and again.
 *
 * @param since from when on none is left out
 * @param lastAt when the latest was kept, null while there is none
 * @param byReason by the names of {@link DeadLetterHeaders#REASON}, those of which there is any
 */
public record DeadLetterCounts(
    Instant since, @Nullable Instant lastAt, Map<String, Long> byReason) {
  private static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  public DeadLetterCounts {
    Objects.requireNonNull(since, "since");
    byReason = Collections.unmodifiableMap(new TreeMap<>(Map.copyOf(byReason)));
  }

  /** Of several who each have counted their own: since the first of them began. Null for none. */
  public static @Nullable DeadLetterCounts sum(List<DeadLetterCounts> all) {
    if (all.isEmpty()) {
      return null;
    }
    Instant since = Instant.MAX;
    Instant lastAt = null;
    Map<String, Long> byReason = new TreeMap<>();
    for (DeadLetterCounts one : all) {
      since = one.since.isBefore(since) ? one.since : since;
      if (one.lastAt != null && (lastAt == null || one.lastAt.isAfter(lastAt))) {
        lastAt = one.lastAt;
      }
      one.byReason.forEach((reason, letters) -> byReason.merge(reason, letters, Long::sum));
    }
    return new DeadLetterCounts(since, lastAt, byReason);
  }

  public String toJson() {
    return JSON.writeValueAsString(this);
  }

  /**
   * @throws IllegalArgumentException when the text is no such JSON
   */
  public static DeadLetterCounts fromJson(String json) {
    DeadLetterCounts counts;
    try {
      counts = JSON.readValue(json, DeadLetterCounts.class);
    } catch (JacksonException foreign) {
      throw new IllegalArgumentException(
          "no counts of dead letters: " + foreign.getOriginalMessage(), foreign);
    }
    if (counts == null) {
      throw new IllegalArgumentException("no counts of dead letters: null");
    }
    return counts;
  }
}
