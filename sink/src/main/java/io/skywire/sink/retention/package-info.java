/**
 * The table's partitions, one a UTC day: made ahead of time, and again when a batch meets a day
 * without one, so that storing never fails for a missing partition; dropped whole when they are
 * older than what is kept. A day is never dropped without {@code trimmed_through} telling readers.
 */
@NullMarked
package io.skywire.sink.retention;

import org.jspecify.annotations.NullMarked;
