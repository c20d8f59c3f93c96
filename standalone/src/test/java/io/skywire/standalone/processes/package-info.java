/**
 * The pipeline as it is deployed: ingesters, sinks and three brokers in processes of their own,
 * which are killed, stopped and woken while a subscriber of the topic and a reader of the api watch
 * that every event of the simulator's ledger comes once, and in order.
 */
@NullMarked
package io.skywire.standalone.processes;

import org.jspecify.annotations.NullMarked;
