package io.skywire.api.dashboard;

/** Who asks for the dashboard. */
sealed interface Visitor {
  /**
   * May see it.
   *
   * @param isVouchedFor whether the database has said so, and not the seal alone
   */
  record SignedIn(Session session, boolean isVouchedFor) implements Visitor {}

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
