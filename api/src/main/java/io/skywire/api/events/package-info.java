/**
 * Pages of stored events in the order of their seqs, filtered. An event's bytes leave as they were
 * stored, and none above the readable watermark is shown, so that a reader who pages by seq misses
 * nothing.
 */
@NullMarked
package io.skywire.api.events;

import org.jspecify.annotations.NullMarked;
