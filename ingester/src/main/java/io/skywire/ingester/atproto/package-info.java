/**
 * From a firehose frame's bytes to an event's JSON bytes: DAG-CBOR, CAR, CID and the AT Protocol's
 * syntax. Pure: nothing here knows a socket, a clock or a thread. Start at {@link
 * io.skywire.ingester.atproto.FrameDecoder}; whatever the bytes, it answers with a value, in time
 * and memory linear in the frame.
 */
@NullMarked
package io.skywire.ingester.atproto;

import org.jspecify.annotations.NullMarked;
