package io.skywire.api.events;

/**
 * An event as it is sent.
 *
 * @param json as the ingester has encoded it: one JSON object, UTF-8, without line breaks
 */
record Event(long seq, byte[] json) {}
