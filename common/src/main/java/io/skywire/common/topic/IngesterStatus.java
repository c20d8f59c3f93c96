package io.skywire.common.topic;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the ingester says of itself in {@link Topics#STATUS}.
 *
 * @param relay the relay's host, also the record's key
 * @param connected whether frames can come in right now
 * @param lastFrameAt when the last frame came in
 * @param cursor the last committed seq, null before the first
 * @param behindSeconds age of the newest frame by the relay's time while frames keep coming, else 0
 * @param problem why it is not connected, in words
 * @param writtenAt the ingester's clock
 * @param deadLetters those it has kept, null of a release that does not tell
 */
public record IngesterStatus(
    String relay,
    boolean connected,
    @Nullable Instant lastFrameAt,
    @Nullable Long cursor,
    double behindSeconds,
    @Nullable String problem,
    Instant writtenAt,
    @Nullable DeadLetterCounts deadLetters) {

  private static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  public IngesterStatus {
    Objects.requireNonNull(relay, "relay");
    Objects.requireNonNull(writtenAt, "written_at");
  }

  public byte[] toJson() {
    return JSON.writeValueAsBytes(this);
  }

  /**
   * @throws IllegalArgumentException when the bytes are no such JSON
   */
  public static IngesterStatus fromJson(byte[] json) {
    IngesterStatus status;
    try {
      status = JSON.readValue(json, IngesterStatus.class);
    } catch (JacksonException foreign) {
      throw new IllegalArgumentException("no status: " + foreign.getOriginalMessage(), foreign);
    }
    if (status == null) {
      throw new IllegalArgumentException("no status: null");
    }
    return status;
  }
}
