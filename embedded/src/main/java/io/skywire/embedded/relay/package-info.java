/**
 * A relay whose every byte is the caller's: what no honest relay sends, and what the relay
 * simulator therefore cannot. Frames are written with an encoder that knows nothing of Skywire's
 * decoder.
 */
@NullMarked
package io.skywire.embedded.relay;

import org.jspecify.annotations.NullMarked;
