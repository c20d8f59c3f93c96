package io.skywire.api.problems;

/** Nothing readable under the request's path; the message is the client's to read. */
public final class NotFoundException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public NotFoundException(String message) {
    super(message);
  }
}
