/**
 * The connections that requests come by, and how long a client may take over what is its part: to
 * send a request's head, and to take events. Start at {@code SlowClients}. No client holds a
 * stream's place or the memory of events for longer than that, however slowly it goes on. Answers
 * without events have the server's own timeout, which begins anew with each byte.
 */
@NullMarked
package io.skywire.api.connections;

import org.jspecify.annotations.NullMarked;
