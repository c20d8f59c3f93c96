package io.skywire.ingester.atproto;

import org.jspecify.annotations.Nullable;

/**
 * A frame that is no event.
 *
 * @param seq where it could still be read, so that the cursor can move past the frame
 * @param detail what is wrong and where, in at most 300 printable ASCII characters
 */
public record Drop(@Nullable Long seq, DropReason reason, String detail) implements Decoded {}
