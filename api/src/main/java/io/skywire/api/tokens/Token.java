package io.skywire.api.tokens;

import io.skywire.api.filters.EventFilter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A token's row, which cannot be turned back into the token.
 *
 * @param scope the events that it lets its bearer see
 * @param requestsPerMinute that it may send, null for as many as the api allows by itself
 */
public record Token(
    long id,
    String name,
    boolean active,
    Instant createdAt,
    @Nullable Instant lastUsedAt,
    @Nullable Instant expiresAt,
    EventFilter scope,
    @Nullable Integer requestsPerMinute) {}
