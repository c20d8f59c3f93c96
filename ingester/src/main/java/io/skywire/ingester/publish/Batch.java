package io.skywire.ingester.publish;

import io.skywire.common.topic.Gap;
import io.skywire.ingester.atproto.Event;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What goes into one transaction.
 *
 * @param indexedAt what every event's JSON says, also its record's timestamp
 * @param events ascending by seq
 * @param deadLetters frames that became no event, or one with a flaw
 * @param cursor covers all of them; null when none of the frames had a seq
 * @param gap before the first of the events; null nearly always
 */
public record Batch(
    Instant indexedAt,
    List<Event> events,
    List<DeadLetter> deadLetters,
    @Nullable Cursor cursor,
    @Nullable Gap gap) {
  public boolean isEmpty() {
    return events.isEmpty() && deadLetters.isEmpty() && cursor == null;
  }
}
