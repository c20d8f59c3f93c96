package io.skywire.standalone.chaos;

/**
 * Whether a server is to run, and whether it has ever ended while it was. Guarded by the lock of
 * the victim that owns it.
 */
final class Wanted {
  private boolean wanted = true;
  private boolean endedByItself;

  /**
   * @param now whether it is to run from now on
   * @param alive whether it runs, before anything is done about it
   */
  void become(boolean now, boolean alive) {
    endedByItself = endedByItself(alive);
    wanted = now;
  }

  /**
   * @param alive whether it runs
   */
  boolean endedByItself(boolean alive) {
    return endedByItself || (wanted && !alive);
  }
}
