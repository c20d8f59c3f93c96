/**
 * The connections that requests come by, and how long a client may take over what is its part: to
 * send a request's head, and to take an answer. Start at {@code SlowClients}. No client holds a
 * thread, a place or memory for longer than that, however slowly it goes on.
 */
@NullMarked
package io.skywire.api.connections;

import org.jspecify.annotations.NullMarked;
