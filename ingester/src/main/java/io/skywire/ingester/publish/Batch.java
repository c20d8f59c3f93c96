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
 * @param begins where the topic begins with this batch: the seq below which nothing was asked for;
 *     null when the topic has a cursor of this relay that an ingester has committed
 */
public record Batch(
    Instant indexedAt,
    List<Event> events,
    List<DeadLetter> deadLetters,
    @Nullable Cursor cursor,
    @Nullable Gap gap,
    @Nullable Long begins) {
  public boolean isEmpty() {
    return events.isEmpty() && deadLetters.isEmpty() && cursor == null;
  }
}
