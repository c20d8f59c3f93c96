package io.skywire.embedded.simulator;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A frame to emit.
 *
 * @param event what must come out of Skywire for it, without {@code indexed_at}; null for a hostile
 *     frame, and for a captured one, of which nobody but a decoder could tell
 * @param reason of the dead letter that a hostile frame must become; null for any other
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SimulatedEvent(
    long seq,
    String type,
    String repo,
    List<String> collections,
    byte[] frame,
    @Nullable JsonNode event,
    @Nullable String reason) {
  SimulatedEvent(
      long seq,
      String type,
      String repo,
      List<String> collections,
      byte[] frame,
      @Nullable JsonNode event) {
    this(seq, type, repo, collections, frame, event, null);
  }
}
