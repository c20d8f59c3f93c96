package io.skywire.common.lifecycle;

import org.jspecify.annotations.Nullable;

/** What a process cannot go on from; the message is one line that says what an operator can do. */
public final class FatalException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public FatalException(String message) {
    this(message, null);
  }

  public FatalException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
