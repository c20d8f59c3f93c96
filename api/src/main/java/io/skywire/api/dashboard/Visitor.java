package io.skywire.api.dashboard;

/** Who asks for the dashboard. */
sealed interface Visitor {
  /** May see it. */
  record SignedIn(Session session) implements Visitor {}

  /**
   * Has a token, which sees some events only; the dashboard is about all of them.
   *
   * @param words why not, for the visitor
   */
  record OutOfScope(String words) implements Visitor {}

  /**
   * Has to sign in.
   *
   * @param words what has become of the session; empty when there was none
   */
  record SignedOut(String words) implements Visitor {}
}
