/**
 * Traces by OpenTelemetry, for whoever names a collector; otherwise off, and then nothing is made
 * or asked for but whether it is on. A collector is never in the way of working.
 */
@NullMarked
package io.skywire.common.tracing;

import org.jspecify.annotations.NullMarked;
