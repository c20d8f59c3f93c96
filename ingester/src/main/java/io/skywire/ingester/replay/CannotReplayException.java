package io.skywire.ingester.replay;

/** A dead letter that stays one; the message says why, of it and without it. */
public final class CannotReplayException extends Exception {
  private static final long serialVersionUID = 1L;

  CannotReplayException(String message) {
    super(message);
  }
}
