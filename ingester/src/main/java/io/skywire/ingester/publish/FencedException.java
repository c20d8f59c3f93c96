package io.skywire.ingester.publish;

/** Another ingester, or an operator's command, has taken over the relay's transactions. */
public final class FencedException extends Exception {
  private static final long serialVersionUID = 1L;

  FencedException(Throwable cause) {
    super("another ingester has taken over", cause);
  }
}
