package io.skywire.common.lifecycle;

/** A loop that runs until it is told to stop or meets an error that it cannot go on from. */
public interface Loop {
  /**
   * Returns after {@link #stop}, soon and with everything closed.
   *
   * @throws FatalException when only an operator can help
   */
  void run() throws InterruptedException;

  /** Asks the loop to end; called by another thread. */
  void stop();
}
