package io.skywire.sink.stats;

import io.skywire.common.topic.MinuteCount;
import org.jspecify.annotations.Nullable;

/**
 * How Kafka Streams is at this sink.
 *
 * @param running whether it works just now: not while it starts or shares out its work
 * @param problem why it has not for a while, or will not any more, in words; or, after {@link
 *     MinuteCount#NOT_STORED}, why its counts have not been stored for a while or will not be any
 *     more; null otherwise
 */
public record StreamsState(boolean running, @Nullable String problem) {}
