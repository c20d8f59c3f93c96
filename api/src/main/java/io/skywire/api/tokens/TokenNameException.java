package io.skywire.api.tokens;

/** A name that a token cannot have; the message says why, for the operator. */
public final class TokenNameException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TokenNameException(String message) {
    super(message);
  }
}
