package io.skywire.embedded.postgres;

import io.skywire.embedded.EmbeddedServerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * As whom PostgreSQL's programs run: it refuses to work as root, and insists on owning its data.
 * For an ordinary user there is nothing to do. For root they run in a user namespace of their own,
 * in which they own the same files without being root; where that is forbidden, as in most
 * containers, as {@code nobody} with the right to pass every folder.
 */
enum RunAs {
  CALLER(""),
  NAMESPACE("unshare --user"),
  NOBODY(
      "setpriv --reuid=65534 --regid=65534 --clear-groups"
          + " --inh-caps=-all,+dac_override --ambient-caps=-all,+dac_override");

  private static final int NOBODY_UID = 65_534;
  private static final int PROBE_SECONDS_MAX = 5;

  private final String command;

  RunAs(String command) {
    this.command = command;
  }

  /**
   * What works on this machine.
   *
   * @throws EmbeddedServerException when this is root, and nothing does
   */
  static RunAs choose() {
    if (!"root".equals(System.getProperty("user.name"))) {
      return CALLER;
    }
    return Stream.of(NAMESPACE, NOBODY)
        .filter(RunAs::works)
        .findFirst()
        .orElseThrow(() ->
            new EmbeddedServerException(
                "PostgreSQL does not run as root, and neither `unshare --user` nor `setpriv` works"
                    + " here; run this as an ordinary user"));
  }

  /** What stands before a command. */
  List<String> prefix() {
    return command.isEmpty() ? List.of() : List.of(command.split(" "));
  }

  /** Gives a folder to whom the programs run as; it may have been another's before. */
  void own(Path folder) throws IOException {
    if (this == CALLER || !Files.exists(folder)) {
      return;
    }
    int uid = this == NOBODY ? NOBODY_UID : 0;
    if (Files.getAttribute(folder, "unix:uid").equals(uid)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : (Iterable<Path>) all::iterator) {
        Files.setAttribute(path, "unix:uid", uid);
      }
    }
  }

  /** Whether this machine allows it. */
  boolean works() {
    List<String> probe = Stream.concat(prefix().stream(), Stream.of("true")).toList();
    try {
      Process process =
          new ProcessBuilder(probe)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(PROBE_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return false;
      }
      return process.exitValue() == 0;
    } catch (IOException absent) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
