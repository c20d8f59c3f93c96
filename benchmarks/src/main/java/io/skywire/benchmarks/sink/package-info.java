/**
 * The topic to a table that is indexed for every filter, beside the sinks of others and PostgreSQL
 * alone: how fast, and how large the table is.
 */
@NullMarked
package io.skywire.benchmarks.sink;

import org.jspecify.annotations.NullMarked;
