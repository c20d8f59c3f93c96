/**
 * Kafka Streams over {@code skywire.events}: counts of events a minute, and the routes that some of
 * them are sent on to, exactly once; and what carries the counts into PostgreSQL. Start at {@code
 * StatsTopology}. It works beside the sink's loop: neither waits for the other.
 */
@NullMarked
package io.skywire.sink.stats;

import org.jspecify.annotations.NullMarked;
