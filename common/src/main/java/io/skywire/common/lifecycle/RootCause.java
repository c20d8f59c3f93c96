package io.skywire.common.lifecycle;

/**
 * What a failure comes down to, for one line of a log: pools, Flyway and Kafka's clients say only
 * that something did not work, and the reason is the innermost cause.
 */
public final class RootCause {
  private static final int CHARACTERS_MAX = 300;

  private RootCause() {}

  /** The innermost message's first line that says something, or its type. */
  public static String line(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String type = root.getClass().getSimpleName();
    String line =
        root.getMessage() == null
            ? type
            : root.getMessage().lines().filter(text -> !text.isBlank()).findFirst().orElse(type);
    // Java's own exceptions often say no more than a name: "nowhere.example" was not found.
    String shown = root.getClass().getName().startsWith("java.net.") ? type + ": " + line : line;
    return shown.length() <= CHARACTERS_MAX ? shown : shown.substring(0, CHARACTERS_MAX);
  }

  /** Whether the failure or one of its causes is of this type. */
  public static boolean is(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }
}
