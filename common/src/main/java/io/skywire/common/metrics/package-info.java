/**
 * How a process is watched: its meters in one registry, shown as Prometheus reads them, and whether
 * a restart would help. Watching is never in the way of working.
 */
@NullMarked
package io.skywire.common.metrics;

import org.jspecify.annotations.NullMarked;
