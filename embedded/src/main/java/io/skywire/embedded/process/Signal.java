package io.skywire.embedded.process;

import io.skywire.embedded.EmbeddedServerException;
import java.io.File;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Signals of POSIX, to processes by their pid. */
public enum Signal {
  /** Ends a process at once, whatever it is doing; it cannot notice. */
  KILL,
  /** Takes a process off the processor until {@link #CONT}; its connections stay open. */
  STOP,
  CONT,
  /** Asks a process to end. */
  TERM;

  private static final int SECONDS_MAX = 10;

  /** Sends it; a process that has already ended is no error. */
  public void send(long pid) {
    try {
      Process kill =
          new ProcessBuilder("kill", "-" + name(), Long.toString(pid))
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!kill.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
        throw new EmbeddedServerException("kill -" + name() + " " + pid + " does not end");
      }
    } catch (IOException cannotRun) {
      throw new EmbeddedServerException(
          "cannot run kill -" + name() + " " + pid + ": " + cannotRun.getMessage(), cannotRun);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new EmbeddedServerException("interrupted while sending SIG" + name() + " to " + pid);
    }
  }
}
