package io.skywire.sink.status;

import io.skywire.common.topic.DeadLetterCounts;
import io.skywire.sink.stats.StreamsState;
import org.jspecify.annotations.Nullable;

/**
 * What a sink tells with its heartbeat beside whether it reaches Kafka and can store.
 *
 * @param streams null where no Kafka Streams is wanted
 * @param deadLetters those it has kept since it was started
 */
public record SinkReport(@Nullable StreamsState streams, DeadLetterCounts deadLetters) {}
