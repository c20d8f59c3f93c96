/**
 * Traces of requests, while traces are on. No span has what a client has sent, but for a path whose
 * route there is.
 */
@NullMarked
package io.skywire.api.tracing;

import org.jspecify.annotations.NullMarked;
