/**
 * Dead letters in an operator's hands: what is kept, and what a letter becomes when it is decoded
 * or stored once more. A letter is replayed once, and its event is exactly once in the topic and in
 * the table, though out of its repo's order.
 */
@NullMarked
package io.skywire.ingester.replay;

import org.jspecify.annotations.NullMarked;
