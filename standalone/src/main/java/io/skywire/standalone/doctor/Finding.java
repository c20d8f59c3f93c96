package io.skywire.standalone.doctor;

/**
 * What was found of one thing.
 *
 * @param words what is so and, unless it is well, what to do
 */
public record Finding(Level level, String subject, String words) {
  /** How bad it is. */
  public enum Level {
    OK,
    /** It works, and should be looked at. */
    WARNING,
    /** Something does not work, or will not. */
    BAD
  }

  static Finding ok(String subject, String words) {
    return new Finding(Level.OK, subject, words);
  }

  static Finding warning(String subject, String words) {
    return new Finding(Level.WARNING, subject, words);
  }

  static Finding bad(String subject, String words) {
    return new Finding(Level.BAD, subject, words);
  }
}
