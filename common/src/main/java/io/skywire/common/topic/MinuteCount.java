package io.skywire.common.topic;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * A record of {@link Topics#STATS}: how many events or ops there have been in one minute, so far.
 * Later records of the same key have larger counts and take the place of earlier ones. Where
 * collection and action are empty, events of the type are counted; where they are not, ops.
 *
 * @param minute of {@code indexed_at}, as its first instant
 * @param eventType as the events' header, or {@link OpCount#OTHER}
 * @param collection as {@link OpCount} has it, empty for events
 * @param action the same
 * @param count all of the minute, not what has been added
 */
public record MinuteCount(
    Instant minute, String eventType, String collection, String action, long count) {
  /**
   * How a sink begins to tell why it does not store counts, which it makes and sends on all the
   * same.
   */
  public static final String NOT_STORED = "counts are not stored: ";

  private static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  public MinuteCount {
    Objects.requireNonNull(eventType, "event_type");
    Objects.requireNonNull(collection, "collection");
    Objects.requireNonNull(action, "action");
    if (!minute.truncatedTo(ChronoUnit.MINUTES).equals(minute)) {
      throw new IllegalArgumentException("no minute begins at " + minute);
    }
    if (collection.isEmpty() != action.isEmpty() || count < 0) {
      throw new IllegalArgumentException(
          "no count: " + collection + ", " + action + ", " + count + " times");
    }
  }

  /**
   * The record's key of events: {@code 2026-07-04T14:38:00Z commit}.
   *
   * @param minute as {@link Instant#toString} writes it
   */
  public static String key(String minute, String eventType) {
    return minute + " " + eventType;
  }

  /** The same of ops: {@code 2026-07-04T14:38:00Z commit app.bsky.feed.post create}. */
  public static String key(String minute, String eventType, String collection, String action) {
    return minute + " " + eventType + " " + collection + " " + action;
  }

  /**
   * @throws IllegalArgumentException when it is no such key
   */
  public static MinuteCount ofKey(String key, long count) {
    String[] words = key.split(" ", -1);
    if (words.length != 2 && words.length != 4) {
      throw new IllegalArgumentException("no key of a count: " + key);
    }
    boolean ops = words.length == 4;
    try {
      return new MinuteCount(
          Instant.parse(words[0]), words[1], ops ? words[2] : "", ops ? words[3] : "", count);
    } catch (DateTimeException noTime) {
      throw new IllegalArgumentException("no key of a count: " + key, noTime);
    }
  }

  public String key() {
    return action.isEmpty()
        ? key(minute.toString(), eventType)
        : key(minute.toString(), eventType, collection, action);
  }

  public byte[] toJson() {
    return JSON.writeValueAsBytes(this);
  }

  /**
   * @throws IllegalArgumentException when the bytes are no such JSON
   */
  public static MinuteCount fromJson(byte[] json) {
    MinuteCount read;
    try {
      read = JSON.readValue(json, MinuteCount.class);
    } catch (JacksonException foreign) {
      throw new IllegalArgumentException("no count: " + foreign.getOriginalMessage(), foreign);
    }
    if (read == null) {
      throw new IllegalArgumentException("no count: " + new String(json, StandardCharsets.UTF_8));
    }
    return read;
  }
}
