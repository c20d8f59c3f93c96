package io.skywire.api.problems;

/** A request without a token that is good; the message does not repeat the token. */
public final class UnauthorizedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnauthorizedException(String message) {
    super(message);
  }
}
