package io.skywire.standalone.up;

import java.io.PrintStream;

/**
 * What a person sees of {@code up}: lines that stay, and below them one status line that is
 * rewritten in place on a terminal, or printed now and then elsewhere. Any thread may call it.
 */
public final class Screen {
  private static final String ERASE = "\r\u001b[K";

  /**
   * A status that is wider than the terminal is cut, not wrapped: wrapped it could not be erased.
   */
  private static final String NO_WRAP = "\u001b[?7l";

  private static final String WRAP = "\u001b[?7h";

  private final PrintStream out;
  private final boolean terminal;
  private String status = "";

  public Screen(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  @SuppressWarnings("SystemConsoleNull") // depends on the JDK's choice of a console
  public static Screen ofSystem() {
    return new Screen(System.out, System.console() != null && System.console().isTerminal());
  }

  public boolean isTerminal() {
    return terminal;
  }

  /** A line that stays. */
  public synchronized void line(String text) {
    if (terminal && !status.isEmpty()) {
      out.print(ERASE);
    }
    out.println(text);
    draw();
  }

  /** Replaces the status line; elsewhere than on a terminal it is a line like any other. */
  public synchronized void status(String text) {
    if (terminal) {
      if (!status.isEmpty()) {
        out.print(ERASE);
      }
      status = text;
      draw();
    } else {
      out.println(text);
      out.flush();
    }
  }

  /** Takes the status line away. */
  public synchronized void endStatus() {
    if (terminal && !status.isEmpty()) {
      out.print(ERASE);
    }
    status = "";
    out.flush();
  }

  private void draw() {
    if (terminal && !status.isEmpty()) {
      out.print(NO_WRAP + status + WRAP);
    }
    out.flush();
  }
}
