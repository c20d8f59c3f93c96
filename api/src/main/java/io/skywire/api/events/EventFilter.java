package io.skywire.api.events;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which events a reader wants: exact values that all have to hold, null for any. An event has each
 * of its ops' collections.
 */
record EventFilter(@Nullable String eventType, @Nullable String collection, @Nullable String repo) {

  /** False when no stored text can equal a value: PostgreSQL holds, and takes, no U+0000. */
  boolean canMatch() {
    return Stream.of(eventType, collection, repo)
        .allMatch(value -> value == null || value.indexOf('\0') < 0);
  }
}
