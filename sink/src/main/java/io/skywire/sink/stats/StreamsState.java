package io.skywire.sink.stats;

import org.jspecify.annotations.Nullable;

/**
 * How Kafka Streams is at this sink.
 *
 * @param running whether it works just now: not while it starts or shares out its work
 * @param problem why it has not for a while, or will not any more, or why its counts have not been
 *     stored for a while or will not be any more, in words; null otherwise
 */
public record StreamsState(boolean running, @Nullable String problem) {}
