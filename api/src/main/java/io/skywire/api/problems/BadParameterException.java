package io.skywire.api.problems;

/** A request's parameter that cannot be right; the message is the client's to read. */
public final class BadParameterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BadParameterException(String message) {
    super(message);
  }
}
