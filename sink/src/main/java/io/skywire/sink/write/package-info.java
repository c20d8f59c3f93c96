/**
 * From the topic's records to rows: batches, COPY, and how far the table has got. Rows and offsets
 * are one PostgreSQL transaction, and an offset moves on only from the value that this sink itself
 * stored or read, so that two sinks can never both write a record.
 */
@NullMarked
package io.skywire.sink.write;

import org.jspecify.annotations.NullMarked;
