package io.skywire.embedded.process;

import io.skywire.embedded.EmbeddedServerException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Holds processes to this JVM: when it ends in any way, SIGKILL included, they are killed, also
 * those that are stopped or know nothing of it. A shell does that, which waits for the end of the
 * pipe whose other end only this JVM has. One for the JVM, started when first needed; any thread
 * may call it.
 */
public final class Leash {
  /** Reads "+ pid" and "- pid", and at the end kills who is left. Ctrl-C is for its parent. */
  private static final String SHELL =
      """
      trap '' HUP INT TERM
      held=
      while read -r change pid; do
        case $change in
        +) held="$held $pid" ;;
        -)
          rest=
          for each in $held; do [ "$each" = "$pid" ] || rest="$rest $each"; done
          held=$rest
          ;;
        esac
      done
      for each in $held; do kill -KILL "$each" 2>/dev/null; done
      """;

  private static @Nullable Writer shell;

  private Leash() {}

  /** From now on the process does not outlive this JVM. */
  public static void hold(long pid) {
    tell("+ " + pid);
  }

  /** The process has ended: its pid may soon be another's. */
  public static void release(long pid) {
    tell("- " + pid);
  }

  private static synchronized void tell(String change) {
    try {
      Writer open = shell == null ? start() : Objects.requireNonNull(shell);
      shell = open;
      open.write(change + "\n");
      open.flush();
    } catch (IOException broken) {
      throw new UncheckedIOException("the shell that ends child processes is gone", broken);
    }
  }

  private static Writer start() throws IOException {
    try {
      return new ProcessBuilder("sh", "-c", SHELL)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start()
          .outputWriter(StandardCharsets.US_ASCII);
    } catch (IOException cannotRun) {
      throw new EmbeddedServerException(
          "cannot run sh, which ends child processes: " + cannotRun.getMessage(), cannotRun);
    }
  }
}
