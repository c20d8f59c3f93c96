package io.skywire.api.events;

import java.time.Instant;
import java.util.List;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * Seqs, both exclusive, between which events may be missing for good.
 *
 * @param source the relay, or the partition of the topic that was trimmed before it was stored
 * @param reason how it was noticed, in words
 */
record Gap(String source, long fromSeq, long toSeq, String reason, Instant detectedAt) {
  static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  /** A JSON array. */
  static String toJson(List<Gap> gaps) {
    return JSON.writeValueAsString(gaps);
  }
}
