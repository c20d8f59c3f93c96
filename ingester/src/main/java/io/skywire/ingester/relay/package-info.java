/**
 * One session with a relay: from its URL to bounded frames. {@code RelayConnection} owns the
 * socket, {@code FrameBuffer} stands between it and the loop that takes frames; nothing here reads
 * what is in a frame. Invariant: whatever the relay sends, memory is bounded, and every session
 * that stops delivering ends with a {@code RelayDisconnectedException} that says why.
 */
@NullMarked
package io.skywire.ingester.relay;

import org.jspecify.annotations.NullMarked;
