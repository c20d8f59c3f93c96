/**
 * A relay that is simulated: it makes protocol-true firehose frames from a seed, keeps its log, and
 * serves {@code com.atproto.sync.subscribeRepos} on the loopback interface, with faults on demand.
 * It records in a ledger what every event must look like at the other end of Skywire.
 *
 * <p>Invariant: a frame is in the ledger before it is in the log, and in the log before it is sent;
 * the ledger is built from what was generated, never by decoding a frame.
 */
@NullMarked
package io.skywire.embedded.simulator;

import org.jspecify.annotations.NullMarked;
