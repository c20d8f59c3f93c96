package io.skywire.ingester.publish;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * How far a relay's frames are in the topic.
 *
 * @param relay the relay that the seq belongs to; it means nothing to another
 * @param seq every event at or below it is in the topic, unless an operator has set it
 * @param time the relay's time of the event, null when it gave none
 * @param writtenAt the ingester's clock
 * @param byOperator set by hand: where to go on, and no word on what is in the topic
 * @param published up to where everything is in the topic, or was told as a gap: the seq itself,
 *     unless an operator has moved the cursor away from there and it has not come back yet; null
 *     when there was no cursor before the operator's
 */
public record Cursor(
    String relay,
    long seq,
    @Nullable String time,
    Instant writtenAt,
    boolean byOperator,
    @Nullable Long published) {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          // Cursors of before an operator's were told apart say nothing of it.
          .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  public Cursor {
    if (!byOperator && (published == null || published < seq)) {
      published = seq;
    }
  }

  public Cursor(String relay, long seq, @Nullable String time, Instant writtenAt) {
    this(relay, seq, time, writtenAt, false, seq);
  }

  /** What an operator sets it to, after the other one. */
  static Cursor byOperator(String relay, long seq, Instant now, @Nullable Cursor committed) {
    return new Cursor(
        relay, seq, null, now, true, committed == null ? null : committed.published());
  }

  byte[] toJson() {
    return JSON.writeValueAsBytes(this);
  }

  /**
   * @throws JacksonException when the bytes are no such JSON
   */
  static Cursor fromJson(byte[] json) {
    return JSON.readValue(json, Cursor.class);
  }
}
