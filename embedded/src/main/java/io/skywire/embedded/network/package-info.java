/**
 * The network between two processes on the loopback interface, to be cut, stalled, slowed, or held
 * at the very message that matters.
 */
@NullMarked
package io.skywire.embedded.network;

import org.jspecify.annotations.NullMarked;
