package io.skywire.api.problems;

/** A token has used up what it may send in this minute. */
public final class TooManyRequestsException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final long retryAfterSeconds;

  public TooManyRequestsException(String message, long retryAfterSeconds) {
    super(message);
    this.retryAfterSeconds = retryAfterSeconds;
  }

  long retryAfterSeconds() {
    return retryAfterSeconds;
  }
}
