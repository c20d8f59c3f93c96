/**
 * The whole pipeline on real servers, compared with the simulator's ledger: what the relay has sent
 * is what the api shows, event for event, whatever happens on the way.
 */
@NullMarked
package io.skywire.standalone.pipeline;

import org.jspecify.annotations.NullMarked;
