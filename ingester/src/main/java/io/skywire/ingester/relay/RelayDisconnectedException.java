package io.skywire.ingester.relay;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * There is no session with the relay, or no longer. The message is a plain sentence for the
 * operator; what it quotes from the relay is bounded and printable.
 */
public final class RelayDisconnectedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final @Nullable Duration retryAfter;

  public RelayDisconnectedException(String message) {
    this(message, null, null);
  }

  public RelayDisconnectedException(
      String message, @Nullable Duration retryAfter, @Nullable Throwable cause) {
    super(message, cause);
    this.retryAfter = retryAfter;
  }

  /** How long to leave the relay alone, as it asked or as its answer says; never negative. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }
}
