/**
 * Pages of stored events over HTTP: how many a second, for readers of old events and for those who
 * follow the tail, and how the time of one grows with the table. Each answer is checked.
 */
@NullMarked
package io.skywire.benchmarks.api;

import org.jspecify.annotations.NullMarked;
