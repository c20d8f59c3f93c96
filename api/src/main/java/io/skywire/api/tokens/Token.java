package io.skywire.api.tokens;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A token's row, which cannot be turned back into the token. */
public record Token(
    long id,
    String name,
    boolean active,
    Instant createdAt,
    @Nullable Instant lastUsedAt,
    @Nullable Instant expiresAt) {}
