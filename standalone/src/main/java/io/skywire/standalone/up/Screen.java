package io.skywire.standalone.up;

import java.io.PrintStream;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * What a person sees of {@code up}: lines that stay, and below them one status line that is
 * rewritten in place on a terminal, or printed now and then elsewhere. Where the log is for
 * machines, they are entries of the log instead, without secrets. Any thread may call it.
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
  private final boolean forPeople;
  private final Consumer<String> lines;
  private final Consumer<String> failures;
  private String status = "";

  public Screen(PrintStream out, boolean terminal) {
    this(out, terminal, true, out::println, out::println);
  }

  private Screen(
      PrintStream out,
      boolean terminal,
      boolean forPeople,
      Consumer<String> lines,
      Consumer<String> failures) {
    this.out = out;
    this.terminal = terminal;
    this.forPeople = forPeople;
    this.lines = lines;
    this.failures = failures;
  }

  @SuppressWarnings("SystemConsoleNull") // depends on the JDK's choice of a console
  public static Screen ofSystem() {
    return new Screen(System.out, System.console() != null && System.console().isTerminal());
  }

  /** Each line an entry of the log, empty ones left out. */
  public static Screen ofLog(Logger log) {
    return new Screen(
        System.out,
        false,
        false,
        line -> enter(log, Level.INFO, line),
        line -> enter(log, Level.ERROR, line));
  }

  public boolean isTerminal() {
    return terminal;
  }

  /** Whether a secret may be shown: what is written to a log is kept and passed on. */
  public boolean isForPeople() {
    return forPeople;
  }

  /** A line that stays. */
  public void line(String text) {
    print(text, lines);
  }

  /** A line that stays, of what has failed for good: an error where it is an entry of the log. */
  public void failure(String text) {
    print(text, failures);
  }

  private synchronized void print(String text, Consumer<String> to) {
    if (terminal && !status.isEmpty()) {
      out.print(ERASE);
    }
    to.accept(text);
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
      lines.accept(text);
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

  private static void enter(Logger log, Level level, String line) {
    if (!line.isBlank()) {
      log.atLevel(level).log("{}", line);
    }
  }

  private void draw() {
    if (terminal && !status.isEmpty()) {
      out.print(NO_WRAP + status + WRAP);
    }
    out.flush();
  }
}
