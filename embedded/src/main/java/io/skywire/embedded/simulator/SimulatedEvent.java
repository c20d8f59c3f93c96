package io.skywire.embedded.simulator;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A frame to emit. {@code event} is what must come out of Skywire for it, without {@code
 * indexed_at}; null for a captured frame, of which nobody but a decoder could tell.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SimulatedEvent(
    long seq,
    String type,
    String repo,
    List<String> collections,
    byte[] frame,
    @Nullable JsonNode event) {}
