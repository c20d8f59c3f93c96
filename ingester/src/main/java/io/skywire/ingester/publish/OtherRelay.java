package io.skywire.ingester.publish;

import io.skywire.common.lifecycle.FatalException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Refuses to mix two relays' events: each counts seqs of its own, and a reader has only one. */
final class OtherRelay {
  private OtherRelay() {}

  static @Nullable Cursor check(Map<String, Cursor> cursors, String relay) {
    Cursor cursor = cursors.get(relay);
    if (cursor != null || cursors.isEmpty()) {
      return cursor;
    }
    Cursor other = cursors.values().iterator().next();
    throw new FatalException(
        "relay %s: the topic holds events of relay %s up to seq %d, whose seqs mean something else; use another Kafka and database (with `up`: another SKYWIRE_DATA), or SKYWIRE_RELAY_NAME=%s if it is the same relay under another address"
            .formatted(relay, other.relay(), other.seq(), other.relay()));
  }
}
