package io.skywire.embedded;

import org.jspecify.annotations.Nullable;

/**
 * An embedded server could not start, or stopped by itself. The message is one line for the person
 * who started it: which server, why, and what to do where something can be done.
 */
public final class EmbeddedServerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public EmbeddedServerException(String message) {
    super(message);
  }

  public EmbeddedServerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
