package io.skywire.sink.write;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One event as a row, carried over from a Kafka record without parsing its JSON.
 *
 * @param repo UTF-8; null for an event that names none
 * @param collections distinct valid collections of its ops; the first is the column's
 * @param time microseconds since 1970, null when unknown or beyond what PostgreSQL holds
 * @param indexedAt milliseconds since 1970: the record's timestamp
 * @param json the event, UTF-8
 */
public record EventRow(
    long seq,
    byte[] eventType,
    byte @Nullable [] repo,
    List<String> collections,
    @Nullable Long time,
    long indexedAt,
    byte[] json) {}
