package io.skywire.api.tokens;

import io.skywire.api.filters.EventFilter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a new token is for.
 *
 * @param scope the events that it lets its bearer see
 * @param expiresAt null for never
 * @param requestsPerMinute null for as many as the api allows by itself
 */
public record Grant(
    String name,
    EventFilter scope,
    @Nullable Instant expiresAt,
    @Nullable Integer requestsPerMinute) {
  /** All events, for as long as it is not revoked. */
  public static Grant of(String name) {
    return new Grant(name, EventFilter.ALL, null, null);
  }
}
