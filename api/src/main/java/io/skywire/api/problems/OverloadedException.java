package io.skywire.api.problems;

/** A request that cannot be answered now because of the others. */
public final class OverloadedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public OverloadedException(String message) {
    super(message);
  }
}
