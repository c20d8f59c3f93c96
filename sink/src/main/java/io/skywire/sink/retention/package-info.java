/**
 * The table's partitions, one a UTC day. They are made ahead of time, and again when a batch meets
 * a day without one: storing never fails for a missing partition.
 */
@NullMarked
package io.skywire.sink.retention;

import org.jspecify.annotations.NullMarked;
