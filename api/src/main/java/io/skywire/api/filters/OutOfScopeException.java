package io.skywire.api.filters;

/** A reader asks for events that its token does not see. */
public final class OutOfScopeException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public OutOfScopeException(String message) {
    super(message);
  }
}
