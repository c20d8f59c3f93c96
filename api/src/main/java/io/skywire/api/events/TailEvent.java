package io.skywire.api.events;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An event in memory, with what filters ask for.
 *
 * @param collections distinct collections of its ops
 * @param json null where it is too long to be kept
 * @param readAtNanos as {@link System#nanoTime}
 */
record TailEvent(
    long seq,
    String type,
    @Nullable String repo,
    List<String> collections,
    byte @Nullable [] json,
    long readAtNanos) {
  private static final int OBJECT_BYTES = 150;

  TailEvent {
    collections = List.copyOf(collections);
  }

  /** About as much memory as it takes. */
  int bytes() {
    int bytes = OBJECT_BYTES + (json == null ? 0 : json.length);
    for (String collection : collections) {
      bytes += OBJECT_BYTES + collection.length();
    }
    return bytes;
  }
}
