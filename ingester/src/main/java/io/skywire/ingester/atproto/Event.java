package io.skywire.ingester.atproto;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A frame with a seq.
 *
 * @param seq the relay's number of it, 1 to 2^53-1
 * @param type the frame's {@code t} without {@code #}
 * @param repo the account's DID; null only for a type unknown here that names none
 * @param collections the distinct valid NSIDs of the ops in order of first occurrence, at most 200
 * @param ops how many of the ops do what, as the header {@code ops} has it; null when it is no
 *     commit
 * @param time the relay's time where it is a valid AT Protocol datetime
 * @param json the whole event, compact UTF-8
 * @param flaw why one or more ops are marked with an error, else null
 */
@SuppressWarnings("ArrayRecordComponent") // carried from here on, never compared
public record Event(
    long seq,
    String type,
    @Nullable String repo,
    List<String> collections,
    @Nullable String ops,
    @Nullable String time,
    byte[] json,
    @Nullable String flaw)
    implements Decoded {}
