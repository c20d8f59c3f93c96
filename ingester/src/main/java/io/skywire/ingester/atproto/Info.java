package io.skywire.ingester.atproto;

import org.jspecify.annotations.Nullable;

/**
 * An {@code #info} frame, such as {@code OutdatedCursor}. Both texts are bounded and printable.
 *
 * @see <a href="https://atproto.com/specs/event-stream">Event Stream</a>
 */
@SuppressWarnings("AvoidCommonTypeNames") // the protocol's own word
public record Info(String name, @Nullable String message) implements Decoded {}
