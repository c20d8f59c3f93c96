package io.skywire.ingester.atproto;

import org.jspecify.annotations.Nullable;

/**
 * An error frame ({@code op} -1), such as {@code FutureCursor}: the relay closes next. Both texts
 * are bounded and printable.
 *
 * @see <a href="https://atproto.com/specs/event-stream">Event Stream</a>
 */
public record RelayError(String error, @Nullable String message) implements Decoded {}
